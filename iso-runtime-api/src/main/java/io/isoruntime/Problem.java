package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/**
 * What went wrong on the host's side, told so that an operator knows what to do next. Immutable.
 *
 * @param code stable, listed in docs/errors.md
 * @param cause what happened, one sentence
 * @param consequence what it means for the caller, one sentence
 * @param remedy what to do now, one sentence or a command
 */
public record Problem(ErrorCode code, String cause, String consequence, String remedy)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Requires all four. */
  public Problem {
    requireNonNull(code);
    requireNonNull(cause);
    requireNonNull(consequence);
    requireNonNull(remedy);
  }

  /** All of it in one line. */
  public String message() {
    return code.code() + ": " + cause + " " + consequence + " Remedy: " + remedy;
  }

  /** This problem as an exception. */
  public IsoException toException() {
    return new IsoException(this);
  }
}
