package io.isoruntime.cli.bench;

import io.isoruntime.Runtime;
import java.util.function.IntFunction;

/**
 * The memory of a sandbox that waits: the proportional set size of all its processes, beyond what
 * the runtime takes without any, such as its template. For back-ends whose sandboxes are
 * descendants of this process.
 */
public final class IdleMemory {
  /** Its name in reports. */
  public static final String KEY = "idleSandboxPssMiB";

  private static final double TARGET = 4;

  private IdleMemory() {}

  /**
   * Measures it.
   *
   * @param runtime makes a runtime that keeps so many ready
   * @param sandboxes how many
   * @throws AbsentException if this process may not read it, or none is made
   */
  public static Figure measure(IntFunction<Runtime> runtime, int sandboxes)
      throws AbsentException, InterruptedException {
    double added = settled(runtime, sandboxes) - settled(runtime, 0);
    if (added <= 0) {
      throw new AbsentException("no sandbox was made ready in time");
    }
    return new Figure(KEY, added / sandboxes, TARGET, true);
  }

  private static double settled(IntFunction<Runtime> runtime, int sandboxes)
      throws AbsentException, InterruptedException {
    Runtime opened = runtime.apply(sandboxes);
    try {
      Descendants.awaitSettled();
      return Descendants.pssMiB();
    } finally {
      opened.close();
    }
  }
}
