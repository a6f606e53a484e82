package io.isoruntime.conformance;

import java.time.Duration;

/**
 * How a case went.
 *
 * @param tried the case
 * @param finding what was found
 * @param took how long it took, looking for what was left included
 */
public record CaseReport(Case tried, Finding finding, Duration took) {

  /** Shorthand. */
  public Verdict verdict() {
    return finding.verdict();
  }
}
