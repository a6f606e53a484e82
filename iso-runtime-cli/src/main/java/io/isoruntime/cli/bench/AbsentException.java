package io.isoruntime.cli.bench;

/** A contender can't take part on this host; the message says why. */
public final class AbsentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** For this reason. */
  public AbsentException(String why) {
    super(why);
  }
}
