package io.isoruntime.cli.bench;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Workspace;
import io.isoruntime.conformance.SoakReport;
import io.isoruntime.conformance.Subject;
import io.isoruntime.conformance.Traces;
import java.util.Set;
import java.util.function.IntConsumer;

/**
 * Runs a trivial program many times, one after the other in one runtime, each in a workspace of its
 * own that is deleted afterwards, and looks for what grows: times, heap, threads, descriptors, and
 * what is left on the host. Nothing else may run in this JVM meanwhile.
 */
public final class DriftBench {
  private static final int WARM_UP = 200;

  private DriftBench() {}

  /**
   * Does it.
   *
   * @param executions at least {@link Drift#FEWEST}; some more come first, to warm up
   * @param before told the number of each that counts, from 1 on
   * @throws AbsentException if one does not complete
   */
  public static Drift measure(Subject subject, int executions, IntConsumer before)
      throws AbsentException {
    long[] nanos = new long[executions]; // made now, so that the heap doesn't grow by them
    Traces closed = Traces.settled(subject);
    SoakReport.Figures first;
    SoakReport.Figures last;
    try (Runtime runtime = subject.open(SandboxProfile.defaults(), Set.of())) {
      for (int warmUp = 0; warmUp < Math.min(WARM_UP, executions); warmUp++) {
        time(runtime);
      }
      first = figures(subject);
      for (int number = 1; number <= executions; number++) {
        before.accept(number);
        nanos[number - 1] = time(runtime);
      }
      last = figures(subject);
    }
    return Drift.of(nanos, first, last, Traces.since(closed, subject));
  }

  private static long time(Runtime runtime) throws AbsentException {
    Workspace workspace = runtime.openWorkspace();
    try {
      ExecutionRequest request = ExecutionRequest.python("pass").in(workspace).build();
      long begin = System.nanoTime();
      RuntimeContender.completed(runtime.execute(request));
      return System.nanoTime() - begin;
    } finally {
      workspace.delete();
    }
  }

  /** At rest: a sandbox that is being made has descriptors and threads of its own. */
  private static SoakReport.Figures figures(Subject subject) {
    Traces.settled(subject);
    return SoakReport.Figures.now();
  }
}
