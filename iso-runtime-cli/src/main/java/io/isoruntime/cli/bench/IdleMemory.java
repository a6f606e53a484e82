package io.isoruntime.cli.bench;

import io.isoruntime.Runtime;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The memory of a sandbox that waits: the proportional set size (proc_pid_smaps(5)) of all its
 * processes, beyond what the runtime takes without any, such as its template. For back-ends whose
 * sandboxes are descendants of this process.
 */
public final class IdleMemory {
  /** Its name in reports. */
  public static final String KEY = "idleSandboxPssMiB";

  private static final double TARGET = 4;
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final int SETTLED_LOOKS = 15;
  private static final int LOOK_MILLIS = 100;

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
      throw new AbsentException("none was made within " + PATIENCE_NANOS / 1_000_000_000 + " s");
    }
    return new Figure(KEY, added / sandboxes, TARGET, true);
  }

  private static double settled(IntFunction<Runtime> runtime, int sandboxes)
      throws AbsentException, InterruptedException {
    Runtime opened = runtime.apply(sandboxes);
    try {
      awaitSettled();
      return pssMiB();
    } finally {
      opened.close();
    }
  }

  /** The pool tells nobody when it is full; then no process comes or goes any more. */
  private static void awaitSettled() throws InterruptedException {
    List<Long> seen = List.of();
    long until = System.nanoTime() + PATIENCE_NANOS;
    for (int same = 0; same < SETTLED_LOOKS && System.nanoTime() < until; ) {
      Thread.sleep(LOOK_MILLIS);
      List<Long> now = descendants();
      same = now.equals(seen) ? same + 1 : 0;
      seen = now;
    }
  }

  private static List<Long> descendants() {
    return ProcessHandle.current().descendants().map(ProcessHandle::pid).sorted().toList();
  }

  private static double pssMiB() throws AbsentException {
    long kib = 0;
    for (long pid : descendants()) {
      Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
      try {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("Pss:")) {
            kib += Long.parseLong(line.replaceAll("[^0-9]", ""));
          }
        }
      } catch (AccessDeniedException e) {
        throw new AbsentException(file + " may not be read by this user");
      } catch (IOException e) {
        // ENOENT or ESRCH: it has just ended, and has no memory any more
      }
    }
    return kib / 1024.0;
  }
}
