package io.isoruntime;

/**
 * A failure on the host's side: a bad argument, a closed runtime, a host that is not ready.
 * Untrusted code that fails is an {@link Outcome}, never an exception.
 */
public final class IsoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Problem problem;

  /** Makes an exception of a problem. */
  public IsoException(Problem problem) {
    super(problem.message());
    this.problem = problem;
  }

  /** Makes an exception of a problem that another exception told. */
  public IsoException(Problem problem, Throwable cause) {
    super(problem.message(), cause);
    this.problem = problem;
  }

  /** The code, cause, consequence and remedy. */
  public Problem problem() {
    return problem;
  }
}
