package io.isoruntime.cli.bench;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The processes beneath this one, and what they hold. */
final class Descendants {
  private static final long PATIENCE_NANOS = 30_000_000_000L;
  private static final int SETTLED_LOOKS = 15;
  private static final int LOOK_MILLIS = 100;
  private static final double KIB_IN_MIB = 1024;

  private Descendants() {}

  /**
   * Waits until no process comes or goes any more, for at most 30 seconds: a pool tells nobody when
   * it is full.
   */
  static void awaitSettled() throws InterruptedException {
    List<Long> seen = pids();
    long until = System.nanoTime() + PATIENCE_NANOS;
    for (int same = 0; same < SETTLED_LOOKS && System.nanoTime() < until; ) {
      Thread.sleep(LOOK_MILLIS);
      List<Long> now = pids();
      same = now.equals(seen) ? same + 1 : 0;
      seen = now;
    }
  }

  private static List<Long> pids() {
    return ProcessHandle.current().descendants().map(ProcessHandle::pid).sorted().toList();
  }

  /**
   * The proportional set size (proc_pid_smaps(5)) of all of them together.
   *
   * @throws AbsentException if this user may not read it
   */
  static double pssMiB() throws AbsentException {
    long kib = 0;
    for (long pid : pids()) {
      Path file = Path.of("/proc", Long.toString(pid), "smaps_rollup");
      try {
        kib += pssKib(Files.readAllLines(file));
      } catch (AccessDeniedException e) {
        throw new AbsentException(file + " may not be read by this user");
      } catch (IOException e) {
        // ENOENT or ESRCH: it has just ended, and has no memory any more
      }
    }
    return kib / KIB_IN_MIB;
  }

  /** What the lines of one {@code smaps_rollup} tell; a process that ends has none. */
  static long pssKib(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("Pss:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .sum();
  }
}
