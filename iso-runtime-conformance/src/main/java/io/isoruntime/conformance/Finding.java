package io.isoruntime.conformance;

/**
 * What a case found.
 *
 * @param verdict what came of it
 * @param evidence what was seen, for people, in one line
 */
public record Finding(Verdict verdict, String evidence) {

  /** The attack failed, as this shows. */
  public static Finding held(String evidence) {
    return new Finding(Verdict.HELD, evidence);
  }

  /** The attack worked, as this shows. */
  public static Finding failed(String evidence) {
    return new Finding(Verdict.FAILED, evidence);
  }

  /** The attack works nowhere here, for this reason. */
  public static Finding vacuous(String reason) {
    return new Finding(Verdict.VACUOUS, reason);
  }
}
