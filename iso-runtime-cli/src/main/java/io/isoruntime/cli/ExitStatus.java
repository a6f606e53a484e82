package io.isoruntime.cli;

import io.isoruntime.Outcome;

/** The exit statuses: a contract with scripts. */
final class ExitStatus {
  /** The program completed; of {@code doctor}: all is well. */
  static final int OK = 0;

  /** The program failed; of {@code doctor}: something is not well. */
  static final int FAILED = 1;

  /** The command line is wrong, or a file that it names can't be used. */
  static final int USAGE = 2;

  /** Timed out, over a limit, or cancelled. */
  static final int ENDED = 3;

  /** Refused, or the host failed; of {@code doctor}: it could not run. */
  static final int INFRASTRUCTURE = 4;

  private ExitStatus() {}

  static int of(Outcome outcome) {
    if (outcome instanceof Outcome.Completed) {
      return OK;
    } else if (outcome instanceof Outcome.CodeFailed) {
      return FAILED;
    } else if (outcome instanceof Outcome.Refused
        || outcome instanceof Outcome.InfrastructureFailed) {
      return INFRASTRUCTURE;
    } else {
      return ENDED;
    }
  }
}
