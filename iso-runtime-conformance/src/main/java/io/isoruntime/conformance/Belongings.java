package io.isoruntime.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What another JVM's executions have on this host: processes, cgroups, directories, and what the
 * subject's engine has of them. Looked at again and again, since there is no event of the end of
 * others' things.
 */
final class Belongings {
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Subject subject;
  private final long pid;
  private final Set<Long> processes = new TreeSet<>();

  private Belongings(Subject subject, long pid) {
    this.subject = subject;
    this.pid = pid;
  }

  /** Those of the JVM with this process id; its processes are those that it has now or later. */
  static Belongings of(Subject subject, long pid) {
    Belongings belongings = new Belongings(subject, pid);
    belongings.look();
    return belongings;
  }

  /** What there is now. */
  Set<String> look() {
    ProcessHandle.of(pid)
        .ifPresent(jvm -> jvm.descendants().map(ProcessHandle::pid).forEach(processes::add));
    Set<String> found = new TreeSet<>(Traces.ownedDirectories(pid));
    processes.stream()
        .filter(Belongings::isAlive)
        .forEach(process -> found.add("a process: " + process));
    subject.traces(pid).forEach(trace -> found.add("on the engine: " + trace));
    return found;
  }

  /** Waits for the first of them, which is a moment in the making of a sandbox. */
  boolean appear(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    while (look().isEmpty()) {
      if (System.nanoTime() - until >= 0) {
        return false;
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
    return true;
  }

  /**
   * Waits until all are gone and tells how long that took.
   *
   * @throws Unmet if some are still there after this time
   */
  Duration gone(Duration within) {
    long begin = System.nanoTime();
    Set<String> left = look();
    while (!left.isEmpty()) {
      Set<String> still = left;
      Unmet.unless(
          System.nanoTime() - begin < within.toNanos(),
          () -> "left after " + within + ": " + String.join("; ", still));
      LockSupport.parkNanos(PACE_NANOS);
      left = look();
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /**
   * A zombie whose other threads have ended is dead: who adopted it may take a second to look after
   * it.
   */
  static boolean isAlive(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      String stat = Files.readString(process.resolve("stat"));
      boolean zombie = stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
      return !zombie || threads.count() > 1;
    } catch (IOException | UncheckedIOException e) {
      return false; // gone, perhaps just now
    }
  }
}
