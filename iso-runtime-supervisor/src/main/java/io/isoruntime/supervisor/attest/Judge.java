package io.isoruntime.supervisor.attest;

import static io.isoruntime.IsolationReport.State.ENFORCED;
import static io.isoruntime.IsolationReport.State.MISSING;
import static io.isoruntime.IsolationReport.State.WAIVED;

import io.isoruntime.Control;
import io.isoruntime.IsolationReport;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Decides for each control whether the facts prove it. */
public final class Judge {
  /** The errno of the system call filter: one that the kernel gives for none of these calls. */
  private static final int ENOANO = 55;

  /** The errno of the filter that guards PID 1. */
  private static final int EBADE = 52;

  /** CAP_KILL, CAP_SETGID, CAP_SETUID (capability.h): all that init may hold. */
  private static final long INIT_CAPABILITIES = 1 << 5 | 1 << 6 | 1 << 7;

  /** Below are the ids of a kernel's initial namespaces (PROC_DYNAMIC_FIRST, proc_ns.h). */
  private static final long FIRST_DYNAMIC = 0xF0000000L;

  private static final Set<String> NAMESPACES = Set.of("mnt", "pid", "net", "ipc", "uts", "cgroup");
  private static final List<String> CAPABILITY_SETS = List.of("eff", "prm", "inh", "bnd", "amb");
  private static final Set<String> KERNEL_FILE_SYSTEMS =
      Set.of("sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "devtmpfs", "debugfs", "tracefs");

  private final Facts.Executor executor;
  private final Facts.Init init;
  private final HostFacts host;
  private final SandboxProfile profile;
  private final Set<Control> waived;
  private final List<IsolationReport.Reading> readings = new ArrayList<>();

  private Judge(Facts facts, HostFacts host, SandboxProfile profile, Set<Control> waived) {
    this.executor = facts.executor();
    this.init = facts.init();
    this.host = host;
    this.profile = profile;
    this.waived = waived;
  }

  /** One reading for each control. */
  public static List<IsolationReport.Reading> readings(
      Facts facts, HostFacts host, SandboxProfile profile, Set<Control> waived) {
    Judge judge = new Judge(facts, host, profile, waived);
    for (Control control : EnumSet.allOf(Control.class)) {
      judge.judge(control);
    }
    return judge.readings;
  }

  private void judge(Control control) {
    switch (control) {
      case IDENTITY -> identity();
      case CAPABILITIES ->
          read(
              control,
              CAPABILITY_SETS.stream()
                  .allMatch(set -> (capabilities(executor.caps(), set) & ~tolerated(set)) == 0),
              "Cap" + executor.caps());
      case NO_NEW_PRIVILEGES ->
          read(control, executor.noNewPrivs() == 1, "NoNewPrivs=" + executor.noNewPrivs());
      case SECCOMP -> seccomp();
      case NAMESPACES -> namespaces();
      case FILE_SYSTEM -> fileSystem();
      case NETWORK ->
          read(
              control,
              Set.of("lo").containsAll(executor.interfaces()),
              "interfaces=" + executor.interfaces());
      case STORAGE -> storage();
      case RESOURCE_LIMITS -> resourceLimits();
      case DESCRIPTORS ->
          read(
              control,
              new TreeSet<>(executor.fds()).equals(new TreeSet<>(List.of(0, 1, 2, 3, 4))),
              "open=" + executor.fds());
      case ENVIRONMENT ->
          read(
              control,
              host.environment().containsAll(executor.environ()),
              "names=" + executor.environ());
      case INIT -> init();
      case MEMORY ->
          limit(
              control,
              either(
                  host.memoryBytes(),
                  init.memoryLimit(!Objects.equals(executor.probes().get("inet"), ENOANO))),
              profile.memoryBytes(),
              "bytes");
      case PIDS ->
          limit(
              control,
              either(host.processes(), init.limit("processes")),
              profile.processes(),
              "processes");
      case CPU ->
          limit(
              control,
              either(host.milliCpus(), init.limit("milliCpus")),
              Math.round(profile.cpus() * 1000),
              "thousandths");
      case DISTINCT_UID -> distinctUid();
      case SUPPLEMENTARY_GROUPS ->
          read(control, executor.groups().isEmpty(), "groups=" + executor.groups());
    }
  }

  private static OptionalLong either(OptionalLong fromOutside, OptionalLong fromInside) {
    return fromOutside.isPresent() ? fromOutside : fromInside;
  }

  private boolean hasOwnKernel() {
    return host.place().kernel() == Place.Kernel.OWN;
  }

  /** The bounding set only limits what execve could give, and with no_new_privs that is nothing. */
  private long tolerated(String set) {
    return set.equals("bnd") && executor.noNewPrivs() == 1
        ? host.place().boundingCapabilities()
        : 0;
  }

  private void identity() {
    boolean holds =
        all(executor.uid(), host.executorUid())
            && all(executor.gid(), host.executorGid())
            && host.executorUid() != 0
            && host.executorGid() != 0
            && (!host.namespaces().containsKey("user") || isOwn("user"));
    read(
        Control.IDENTITY,
        holds,
        "uid=" + executor.uid() + " gid=" + executor.gid() + " " + namespace("user"));
  }

  private void seccomp() {
    boolean holds =
        executor.seccompMode() == 2
            // gVisor does not count them; the probes below are denied by the one and by the other.
            && (executor.seccompFilters() >= 2
                || (hasOwnKernel() && executor.seccompFilters() == -1))
            && executor.probes().keySet().containsAll(Set.of("keyctl", "unshare", "kill1"))
            && executor.probes().entrySet().stream()
                .allMatch(
                    probe -> probe.getValue() == (probe.getKey().endsWith("1") ? EBADE : ENOANO));
    read(
        Control.SECCOMP,
        holds,
        "Seccomp="
            + executor.seccompMode()
            + " filters="
            + executor.seccompFilters()
            + " errno="
            + executor.probes());
  }

  private void namespaces() {
    if (hasOwnKernel()) {
      boolean differs =
          host.place().kernelRelease().isPresent()
              && !host.place().kernelRelease().get().equals(executor.kernel())
              && init.pid() == 1;
      read(
          Control.NAMESPACES,
          differs,
          "a kernel of its own, "
              + executor.kernel()
              + "; the host's is "
              + host.place().kernelRelease().orElse("unknown"));
      return;
    }
    read(
        Control.NAMESPACES,
        NAMESPACES.stream().allMatch(this::isOwn),
        String.join(" ", NAMESPACES.stream().sorted().map(this::namespace).toList()));
  }

  private boolean isOwn(String kind) {
    String ours = host.namespaces().get(kind);
    String theirs = executor.namespaces().get(kind);
    if (theirs == null || !theirs.matches(kind + ":\\[[0-9]{1,18}\\]")) {
      return false;
    }
    long id = Long.parseLong(theirs.substring(kind.length() + 2, theirs.length() - 1));
    boolean differs =
        host.place().kernel() == Place.Kernel.REMOTE || (ours != null && !theirs.equals(ours));
    return differs && id >= FIRST_DYNAMIC;
  }

  private String namespace(String kind) {
    return String.valueOf(executor.namespaces().get(kind));
  }

  private void fileSystem() {
    Set<String> faults = new LinkedHashSet<>();
    boolean root = false;
    for (Facts.Mounted mount : executor.mounts()) {
      if (isCovered(mount)) {
        continue;
      }
      Set<String> options = Set.copyOf(mount.options());
      root |= mount.at().equals("/");
      if (!isAskedFor(mount.at())) {
        faults.add(mount.at() + " was not asked for");
      }
      boolean isDevices = host.deviceNodes().contains(mount.at());
      boolean isEngines = isEngineMount(mount.at());
      if (KERNEL_FILE_SYSTEMS.contains(mount.type()) && !isDevices && !isEngines) {
        faults.add(mount.at() + " is " + mount.type());
      }
      // gVisor does not tell these two flags.
      if (!options.contains("nosuid") && !isEngines && !hasOwnKernel()) {
        faults.add(mount.at() + " allows setuid");
      }
      if (!options.contains("nodev") && !isDevices && !isEngines && !hasOwnKernel()) {
        faults.add(mount.at() + " allows devices");
      }
      if (!options.contains("ro") && !host.writablePaths().contains(mount.at())) {
        faults.add(mount.at() + " is writable");
      }
    }
    executor.writableProc().forEach(path -> faults.add(path + " is writable"));
    if (!root) {
      faults.add("no root is mounted");
    }
    read(
        Control.FILE_SYSTEM,
        faults.isEmpty(),
        faults.isEmpty() ? executor.mounts().size() + " mounts as asked for" : faults.toString());
  }

  /**
   * Another mount on top of it hides it: runc makes a path read-only by mounting it over itself.
   */
  private boolean isCovered(Facts.Mounted mount) {
    return executor.mounts().stream()
        .anyMatch(
            other ->
                other.parent() == mount.id()
                    && other.id() != mount.id()
                    && other.at().equals(mount.at()));
  }

  private boolean isEngineMount(String at) {
    return host.place().engineMounts().contains(at)
        || host.place().engineMounts().stream()
            .filter(point -> !point.equals("/"))
            .anyMatch(point -> at.startsWith(point + "/"));
  }

  /** A mount beneath one that we asked for came along with it, or masks a part of it. */
  private boolean isAskedFor(String at) {
    return host.mountPoints().contains(at)
        || host.mountPoints().stream()
            .filter(point -> !point.equals("/") && !point.equals("/dev"))
            .anyMatch(point -> at.startsWith(point + "/"));
  }

  /** Mounts of one device share one limit; those of several add up. */
  private void storage() {
    Map<String, Long> bytes = new TreeMap<>();
    Map<String, Long> inodes = new TreeMap<>();
    List<String> seen = new ArrayList<>();
    boolean limited = true;
    for (Facts.Mounted mount : executor.mounts()) {
      if (!host.storagePaths().contains(mount.at()) || mount.options().contains("ro")) {
        continue;
      }
      long size = size(mount.superOptions(), "size=");
      long count = size(mount.superOptions(), "nr_inodes=");
      seen.add(mount.at() + " " + mount.type() + " size=" + size + " inodes=" + count);
      bytes.put(mount.device(), size);
      inodes.put(mount.device(), count);
      // A kernel of its own pays for inodes itself: with the sandbox's memory, not with the host's.
      limited &= mount.type().equals("tmpfs") && size > 0 && (count > 0 || hasOwnKernel());
    }
    boolean holds =
        limited
            && sum(bytes) <= profile.storageBytes() + 4096L * bytes.size()
            && (hasOwnKernel() || sum(inodes) <= profile.storageInodes());
    read(Control.STORAGE, holds && !seen.isEmpty(), seen.toString());
  }

  private static long sum(Map<String, Long> values) {
    return values.values().stream().mapToLong(Long::longValue).sum();
  }

  private static long size(List<String> options, String prefix) {
    for (String option : options) {
      if (option.startsWith(prefix)) {
        String value = option.substring(prefix.length());
        long unit = value.endsWith("k") ? 1024 : value.endsWith("m") ? 1024 * 1024 : 1;
        String digits = unit == 1 ? value : value.substring(0, value.length() - 1);
        return digits.matches("[0-9]{1,15}") ? Long.parseLong(digits) * unit : -1;
      }
    }
    return -1;
  }

  private void resourceLimits() {
    // Core files are off by limit 1, not 0: a piped core_pattern ignores 0 (core(5)).
    Map<String, Long> most =
        new TreeMap<>(
            Map.of(
                "NOFILE",
                (long) profile.openFiles(),
                "FSIZE",
                profile.fileBytes(),
                "CORE",
                1L,
                "MEMLOCK",
                64L * 1024,
                "MSGQUEUE",
                0L,
                "SIGPENDING",
                256L));
    if (hasOwnKernel()) {
      most.remove("MSGQUEUE"); // gVisor can't set it; the filter denies message queues anyway
    }
    List<String> evidence = new ArrayList<>();
    most.keySet().forEach(name -> evidence.add(name + "=" + executor.rlimits().get(name)));
    read(
        Control.RESOURCE_LIMITS,
        most.entrySet().stream().allMatch(limit -> isAtMost(limit.getKey(), limit.getValue())),
        String.join(" ", evidence));
  }

  /** Both the soft and the hard limit; -1 is the kernel's unlimited. */
  private boolean isAtMost(String name, long most) {
    List<Long> limits = executor.rlimits().getOrDefault(name, List.of());
    return limits.size() == 2 && limits.stream().allMatch(limit -> limit >= 0 && limit <= most);
  }

  private void init() {
    boolean holds =
        init.pid() == 1
            && all(init.uid(), host.initUid())
            && (capabilities(init.caps(), "eff") & ~INIT_CAPABILITIES) == 0
            && (capabilities(init.caps(), "prm") & ~INIT_CAPABILITIES) == 0
            && init.noNewPrivs() == 1
            && init.dumpable() == 0
            && init.threads() == 1;
    read(
        Control.INIT,
        holds,
        "pid="
            + init.pid()
            + " uid="
            + init.uid()
            + " Cap"
            + init.caps()
            + " NoNewPrivs="
            + init.noNewPrivs()
            + " dumpable="
            + init.dumpable()
            + " threads="
            + init.threads());
  }

  private void distinctUid() {
    OptionalLong outside = either(host.executorHostUid(), mapped(host.executorUid()));
    boolean holds =
        host.initUid() != host.executorUid()
            && all(init.uid(), host.initUid())
            && outside.isPresent()
            && outside.getAsLong() != host.uid()
            && outside.getAsLong() != 0;
    read(
        Control.DISTINCT_UID,
        holds,
        "init="
            + host.initUid()
            + " executor="
            + host.executorUid()
            + " on the host "
            + (outside.isPresent() ? outside.getAsLong() : "unknown")
            + ", service "
            + (host.uid() < 0 ? "elsewhere" : host.uid()));
  }

  /** What the executor's uid_map makes of an id (user_namespaces(7)). */
  private OptionalLong mapped(long uid) {
    return executor.uidMap().stream()
        .filter(line -> line.size() == 3)
        .filter(line -> uid >= line.get(0) && uid - line.get(0) < line.get(2))
        .mapToLong(line -> line.get(1) + uid - line.get(0))
        .findFirst();
  }

  private void limit(Control control, OptionalLong inForce, long most, String unit) {
    boolean holds = inForce.isPresent() && inForce.getAsLong() > 0 && inForce.getAsLong() <= most;
    read(control, holds, inForce.isPresent() ? inForce.getAsLong() + " " + unit : "no limit found");
  }

  private void read(Control control, boolean holds, String evidence) {
    readings.add(
        new IsolationReport.Reading(
            control, holds ? ENFORCED : waived.contains(control) ? WAIVED : MISSING, evidence));
  }

  private static boolean all(List<Long> ids, long wanted) {
    return ids.size() == 4 && ids.stream().allMatch(id -> id == wanted);
  }

  /** The bits of a set; all of them when it is absent or malformed. */
  private static long capabilities(Map<String, String> sets, String set) {
    try {
      return Long.parseUnsignedLong(sets.getOrDefault(set, "none"), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
