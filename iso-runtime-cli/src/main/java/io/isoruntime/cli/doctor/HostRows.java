package io.isoruntime.cli.doctor;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Judges a host by its own word. */
final class HostRows {
  private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");
  private static final Pattern RELEASE = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,3}).*");
  private static final Pattern JAVA = Pattern.compile("([0-9]{1,4}).*");
  private static final int MIN_JAVA = 17;
  private static final long GIB = 1L << 30;
  private static final Duration SLOWEST_WAIT = Duration.ofSeconds(5);

  private HostRows() {}

  static List<Row> of(HostReadings host) {
    return List.of(
        operatingSystem(host),
        kernel(host.kernel()),
        java(host.java()),
        userNamespaces(host),
        seccomp(host.seccomp()),
        cgroups(host.cgroups()),
        workspaceRoot(host.workspaces()),
        clock(host.clock()));
  }

  /** What matters of the service's own host where sandboxes are made by an engine. */
  static List<Row> ofService(HostReadings host) {
    return List.of(java(host.java()), workspaceRoot(host.workspaces()), clock(host.clock()));
  }

  private static Row operatingSystem(HostReadings host) {
    return Row.of(
        host.osName().equals("Linux") && ARCHITECTURES.contains(host.osArch()),
        "operating-system",
        host.osName() + " " + host.osArch(),
        "Run the service on Linux on x86_64 or aarch64.");
  }

  /** Before 5.12 there is no mount_setattr(2), which makes a whole tree read-only at once. */
  private static Row kernel(String release) {
    Matcher matcher = RELEASE.matcher(release);
    boolean recent =
        matcher.matches()
            && Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2))
                >= 5_012;
    return Row.of(recent, "kernel", release, "Upgrade to Linux 5.12 or later.");
  }

  private static Row java(String version) {
    Matcher matcher = JAVA.matcher(version);
    return Row.of(
        matcher.matches() && Integer.parseInt(matcher.group(1)) >= MIN_JAVA,
        "java",
        version,
        "Run the service on Java " + MIN_JAVA + " or later.");
  }

  private static Row userNamespaces(HostReadings host) {
    String name = "user-namespaces";
    Optional<String> max = host.namespaces().max();
    if (max.isEmpty()) {
      return Row.fail(
          name, "this kernel has none", "Use a kernel that was built with CONFIG_USER_NS=y.");
    }
    String detail = "at most " + max.get();
    if (max.get().equals("0")) {
      return Row.fail(name, detail, "Allow them: sysctl -w user.max_user_namespaces=15000");
    }
    if (host.isRoot()) {
      return Row.pass(name, detail);
    }
    if (host.namespaces().unprivilegedClone().filter("0"::equals).isPresent()) {
      return Row.fail(
          name,
          "denied to ordinary users by kernel.unprivileged_userns_clone=0",
          "Allow them: sysctl -w kernel.unprivileged_userns_clone=1; or run the service as root.");
    }
    if (host.namespaces().apparmorRestriction().filter("1"::equals).isPresent()) {
      return Row.fail(
          name,
          "denied to ordinary users by kernel.apparmor_restrict_unprivileged_userns=1",
          "Give the interpreter an AppArmor profile with `userns,`, or allow them for all: sysctl"
              + " -w kernel.apparmor_restrict_unprivileged_userns=0; or run the service as root.");
    }
    return Row.pass(name, detail + ", for ordinary users as well");
  }

  private static Row seccomp(HostReadings.Seccomp seccomp) {
    boolean filters = seccomp.mode().isPresent() && seccomp.actions().contains("errno");
    return Row.of(
        filters,
        "seccomp",
        filters ? "filters: " + String.join(" ", seccomp.actions()) : "no filters",
        "Use a kernel that was built with CONFIG_SECCOMP_FILTER=y.");
  }

  private static Row cgroups(CgroupReading cgroups) {
    return Row.of(
        cgroups.usableV1() || cgroups.usableV2(),
        "cgroups",
        cgroups.describe(),
        cgroups.v1().isEmpty() && cgroups.v2Mount().isEmpty()
            ? "Mount them: mount -t cgroup2 none /sys/fs/cgroup; in a container, start it with a"
                + " writable /sys/fs/cgroup."
            : "Enable the controllers memory, pids and cpu (and cpuacct of v1), by the kernel's"
                + " command line if need be: cgroup_enable=memory.");
  }

  private static Row workspaceRoot(HostReadings.WorkspaceRoot root) {
    String name = "workspace-root";
    if (!root.writable()) {
      return Row.fail(
          name,
          root.directory() + " is absent, or not writable",
          "Create it for the service's user, or name another one with -Djava.io.tmpdir=DIR.");
    }
    String free =
        root.freeBytes() < 0
            ? "free space unknown"
            : String.format(Locale.ROOT, "%.1f GiB free", (double) root.freeBytes() / GIB);
    return Row.of(
        root.freeBytes() >= GIB,
        name,
        root.directory() + ", " + free,
        "Free at least 1 GiB there: old workspaces are its codegen_* directories.");
  }

  private static Row clock(HostReadings.Clock clock) {
    boolean sane =
        clock.steady()
            && clock.monotonic().compareTo(clock.asked()) >= 0
            && clock.monotonic().compareTo(SLOWEST_WAIT) < 0;
    return Row.of(
        sane,
        "clock",
        clock.source()
            + ": a wait of "
            + clock.asked().toMillis()
            + " ms took "
            + clock.monotonic().toMillis()
            + " ms"
            + (clock.steady() ? "" : ", and the monotonic clock went back"),
        "Deadlines can't be kept: choose another clock source, or look for a host that is"
            + " overloaded or suspended.");
  }
}
