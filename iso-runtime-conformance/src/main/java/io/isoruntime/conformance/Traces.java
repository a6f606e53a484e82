package io.isoruntime.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this JVM has in the world: descriptors, busy threads, child processes, mounts, cgroups,
 * temporary directories, and what a subject adds. After a case all of it must be as before.
 * Immutable.
 */
public final class Traces {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** What init gives as the source of the file systems that it makes (rootfs.py). */
  private static final String OF_A_SANDBOX = ".* - tmpfs (root|storage|mask) .*";

  /** So often the same: longer than it takes to make a sandbox. */
  private static final int SETTLED = 20;

  private final int descriptors;
  private final Set<String> rest;

  private Traces(int descriptors, Set<String> rest) {
    this.descriptors = descriptors;
    this.rest = rest;
  }

  /** What there is once the sandboxes that are kept ready are there; within ten seconds. */
  public static Traces settled(Subject subject) {
    Traces traces = of(subject);
    if (!subject.keepsSandboxesReady()) {
      return traces;
    }
    long until = System.nanoTime() + PATIENCE.toNanos();
    for (int same = 0; same < SETTLED && System.nanoTime() - until < 0; same++) {
      LockSupport.parkNanos(PACE_NANOS);
      Traces next = of(subject);
      same = next.kinds().equals(traces.kinds()) ? same : -1;
      traces = next;
    }
    return traces;
  }

  static Traces of(Subject subject) {
    Set<String> rest = new TreeSet<>(threads());
    rest.addAll(processes());
    rest.addAll(mounts());
    rest.addAll(ownedDirectories(ProcessHandle.current().pid()));
    subject
        .traces(ProcessHandle.current().pid())
        .forEach(trace -> rest.add("left on the engine: " + trace));
    return new Traces(descriptors(), rest);
  }

  /**
   * What there is now and was not then, for people; waits at most ten seconds for what ends a
   * moment later, such as a thread on its way back to its pool.
   */
  public static Set<String> since(Traces before, Subject subject) {
    return since(before, subject, 0, HostSpeed.USUAL);
  }

  /**
   * As {@link #since(Traces, Subject)}, but of a runtime that is open: of one with an engine so
   * many descriptors more are nobody's fault.
   *
   * @param connections how many connections to an engine may be kept, idle
   */
  static Set<String> since(Traces before, Subject subject, int connections, HostSpeed speed) {
    int moreDescriptors = subject.platform().hasEngine() ? connections : 0;
    long until = System.nanoTime() + speed.allow(PATIENCE).toNanos();
    while (true) {
      Set<String> more = of(subject).beyond(before, moreDescriptors, subject.keepsSandboxesReady());
      if (more.isEmpty() || System.nanoTime() - until >= 0) {
        return more;
      }
      LockSupport.parkNanos(PACE_NANOS);
    }
  }

  /**
   * What is new.
   *
   * @param byKind whether only that counts of which there is more: sandboxes that are kept ready
   *     come and go
   */
  private Set<String> beyond(Traces before, int moreDescriptors, boolean byKind) {
    Set<String> more = new TreeSet<>(rest);
    more.removeAll(before.rest);
    if (byKind) {
      Map<String, Long> allowed = before.kinds();
      Map<String, Long> found = kinds();
      more.removeIf(
          trace -> found.getOrDefault(kind(trace), 0L) <= allowed.getOrDefault(kind(trace), 0L));
    }
    if (descriptors > before.descriptors + moreDescriptors) {
      more.add(
          "descriptors: " + descriptors + " where " + before.descriptors + " were open before");
    }
    return more;
  }

  private Map<String, Long> kinds() {
    return rest.stream().collect(Collectors.groupingBy(Traces::kind, Collectors.counting()));
  }

  /** Without what makes its name its own. */
  private static String kind(String trace) {
    return trace.replaceAll("iso-[0-9a-z-]+", "iso").replaceAll("[0-9]+", "");
  }

  /** Class files are opened when they are first needed, and never closed. */
  static int descriptors() {
    int count = 0;
    for (Path descriptor : list(Path.of("/proc/self/fd"))) {
      try {
        String target = Files.readSymbolicLink(descriptor).toString();
        count += target.endsWith(".jar") || target.endsWith("/modules") ? 0 : 1;
      } catch (IOException e) {
        // the one with which the directory was read
      }
    }
    return count;
  }

  /** A thread that waits in its pool for work is nobody's. */
  private static Set<String> threads() {
    Set<String> busy = new TreeSet<>();
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      boolean idle =
          Stream.of(entry.getValue())
              .anyMatch(
                  frame ->
                      frame.getMethodName().equals("getTask")
                          || frame.getMethodName().equals("awaitWork"));
      if (!idle && entry.getKey().getName().startsWith("iso-")) {
        busy.add("a thread: " + entry.getKey().getName());
      }
    }
    return busy;
  }

  private static Set<String> processes() {
    Set<String> processes = new TreeSet<>();
    ProcessHandle.current()
        .descendants()
        .forEach(
            process ->
                processes.add(
                    "a process: "
                        + process.pid()
                        + process.info().command().map(command -> " " + command).orElse("")));
    return processes;
  }

  /**
   * Those of sandboxes, which must be in a namespace of their own. Others mount things meanwhile,
   * such as an engine or another JVM's tests.
   */
  private static Set<String> mounts() {
    try {
      Set<String> mounts = new TreeSet<>();
      for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
        if (line.matches(OF_A_SANDBOX)) {
          mounts.add("a mount: " + line.split(" ")[4]);
        }
      }
      return mounts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Cgroups and directories that bear a process's name, as OwnedName gives it. */
  static Set<String> ownedDirectories(long pid) {
    String prefix = "iso-" + pid + "-";
    Set<String> owned = new TreeSet<>();
    cgroups(pid).forEach(cgroup -> owned.add("a cgroup: " + cgroup));
    for (Path parent : List.of(Path.of(System.getProperty("java.io.tmpdir")), Path.of("/tmp"))) {
      list(parent).stream()
          .filter(path -> path.getFileName().toString().startsWith(prefix))
          .forEach(path -> owned.add("a directory: " + path));
    }
    return owned;
  }

  /** The cgroups that bear a process's name. */
  static List<Path> cgroups(long pid) {
    List<Path> found = new ArrayList<>();
    List<Path> roots = new ArrayList<>(list(Path.of("/sys/fs/cgroup")));
    roots.add(Path.of("/sys/fs/cgroup"));
    roots.stream()
        .filter(Files::isDirectory)
        .forEach(root -> addNamed(root, "iso-" + pid + "-", found));
    return found;
  }

  /** Walks by hand, since cgroups come and go meanwhile. */
  private static void addNamed(Path root, String prefix, List<Path> found) {
    for (Path child : list(root)) {
      if (Files.isDirectory(child, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        if (child.getFileName().toString().startsWith(prefix)) {
          found.add(child);
        }
        addNamed(child, prefix, found);
      }
    }
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // it went away
    }
  }
}
