package io.isoruntime;

import java.time.Duration;

/**
 * How an execution ended; there is exactly one. A limit that kills the program is {@link
 * LimitExceeded}; one that it only noticed is named by {@link ExecutionResult#limit()} and leaves
 * the outcome. Immutable.
 */
public sealed interface Outcome {

  /** The name in JSON, such as {@code code_failed}. */
  String status();

  /** The program ran to its end. */
  record Completed() implements Outcome {
    @Override
    public String status() {
      return "completed";
    }
  }

  /** The program failed: an exception, an exit status, a signal, a syntax error. */
  record CodeFailed(PythonError error) implements Outcome {
    @Override
    public String status() {
      return "code_failed";
    }
  }

  /** The wall-clock limit was reached. */
  record TimedOut(Duration limit) implements Outcome {
    @Override
    public String status() {
      return "timed_out";
    }
  }

  /** A limit ended the program. */
  record LimitExceeded(Limit limit) implements Outcome {
    @Override
    public String status() {
      return "limit_exceeded";
    }
  }

  /** The embedder cancelled it, or closed the runtime. */
  record Cancelled() implements Outcome {
    @Override
    public String status() {
      return "cancelled";
    }
  }

  /** A protection that the embedder requires can't be enforced or attested; no code was run. */
  record Refused(Problem problem) implements Outcome {
    @Override
    public String status() {
      return "refused";
    }
  }

  /** The host failed: interpreter, engine, disk, a lost sandbox. */
  record InfrastructureFailed(Problem problem) implements Outcome {
    @Override
    public String status() {
      return "infrastructure_failed";
    }
  }
}
