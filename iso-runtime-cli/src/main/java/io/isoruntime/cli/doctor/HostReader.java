package io.isoruntime.cli.doctor;

import io.isoruntime.supervisor.SupervisorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads this host.
 *
 * @param proc where procfs is
 * @param sys where sysfs is
 * @param workspaceRoot where workspaces are made
 */
record HostReader(Path proc, Path sys, Path workspaceRoot) {
  private static final Duration WAIT = Duration.ofMillis(20);

  static HostReader ofThisHost() {
    return new HostReader(
        Path.of("/proc"), Path.of("/sys"), SupervisorConfig.defaultWorkspaceRoot());
  }

  HostReadings read() {
    return new HostReadings(
        System.getProperty("os.name", "unknown"),
        System.getProperty("os.arch", "unknown"),
        text(proc.resolve("sys/kernel/osrelease")).orElse("unknown"),
        System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
        uid(),
        new HostReadings.UserNamespaces(
            text(proc.resolve("sys/user/max_user_namespaces")),
            text(proc.resolve("sys/kernel/unprivileged_userns_clone")),
            text(proc.resolve("sys/kernel/apparmor_restrict_unprivileged_userns"))),
        new HostReadings.Seccomp(
            status("Seccomp:"), words(proc.resolve("sys/kernel/seccomp/actions_avail"))),
        cgroups(),
        workspaces(),
        clock());
  }

  /** Effective, the second of four. */
  private long uid() {
    return status("Uid:")
        .map(ids -> ids.split("\\s+"))
        .filter(ids -> ids.length == 4)
        .map(ids -> Long.parseLong(ids[1]))
        .orElse(-1L);
  }

  private Optional<String> status(String field) {
    return lines(proc.resolve("self/status")).stream()
        .filter(line -> line.startsWith(field))
        .map(line -> line.substring(field.length()).strip())
        .findFirst();
  }

  private CgroupReading cgroups() {
    CgroupReading mounted = CgroupReading.of(lines(proc.resolve("self/mountinfo")));
    return mounted
        .v2Mount()
        .map(mount -> mounted.withV2(words(mount.resolve("cgroup.controllers"))))
        .orElse(mounted);
  }

  private HostReadings.WorkspaceRoot workspaces() {
    long free = -1;
    try {
      free = Files.getFileStore(workspaceRoot).getUsableSpace();
    } catch (IOException e) {
      // told as unknown
    }
    return new HostReadings.WorkspaceRoot(workspaceRoot, Files.isWritable(workspaceRoot), free);
  }

  private HostReadings.Clock clock() {
    long start = System.nanoTime();
    long last = start;
    boolean steady = true;
    while (last - start < WAIT.toNanos() && steady) {
      LockSupport.parkNanos(WAIT.toNanos() / 10);
      long now = System.nanoTime();
      steady = now - last >= 0;
      last = now;
    }
    return new HostReadings.Clock(
        WAIT,
        Duration.ofNanos(last - start),
        steady,
        text(sys.resolve("devices/system/clocksource/clocksource0/current_clocksource"))
            .orElse("unknown"));
  }

  private static Set<String> words(Path file) {
    Set<String> words = new TreeSet<>(Arrays.asList(text(file).orElse("").split("\\s+")));
    words.remove("");
    return words;
  }

  /** By lines: what reads a file of size 0 byte by byte gets only the first digit of a sysctl. */
  private static Optional<String> text(Path file) {
    return Optional.of(lines(file)).filter(lines -> !lines.isEmpty()).map(lines -> lines.get(0));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
