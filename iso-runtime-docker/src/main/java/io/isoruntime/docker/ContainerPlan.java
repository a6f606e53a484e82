package io.isoruntime.docker;

import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Ulimit;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The container of one sandbox as a value; the one place that says how it is confined. It has no
 * network, a read-only root, no capability but the three that init needs, no way to gain one, and
 * nothing writable but two limited tmpfs.
 *
 * @param image the image
 * @param name unique on the engine: it reserves the executor's user id
 * @param uid the executor's user id
 * @param gid the executor's group id
 * @param runtime the OCI runtime, or empty for the engine's own
 * @param ownKernel whether that runtime has a kernel of its own (gVisor)
 * @param versionOneCgroups whether the engine's cgroups are of version 1
 * @param profile the resources
 * @param binds directories of the engine's host that are shown
 * @param labels whose it is
 */
record ContainerPlan(
    String image,
    String name,
    long uid,
    long gid,
    Optional<String> runtime,
    boolean ownKernel,
    boolean versionOneCgroups,
    SandboxProfile profile,
    List<Bind> binds,
    Map<String, String> labels) {

  /** CAP_KILL, CAP_SETGID, CAP_SETUID (capability.h): what init holds, and no more is bounded. */
  static final long INIT_CAPABILITIES = 1 << 5 | 1 << 6 | 1 << 7;

  /** Where the directory of the channel's socket is shown. */
  static final String SOCKET_DIRECTORY = "/iso";

  static final String HOSTNAME = "sandbox";
  static final String NO_NEW_PRIVILEGES = "no-new-privileges";

  private static final long PAGE = 4096;
  private static final long MIN_SHARED = 64 * 1024;
  private static final int INITS_FILES = 64;

  /** What the engine masks by default (moby, oci/defaults.go), and more that speaks of the host. */
  private static final List<String> MASKED =
      List.of(
          "/proc/asound",
          "/proc/acpi",
          "/proc/kcore",
          "/proc/keys",
          "/proc/key-users",
          "/proc/latency_stats",
          "/proc/timer_list",
          "/proc/timer_stats",
          "/proc/sched_debug",
          "/proc/scsi",
          "/proc/buddyinfo",
          "/proc/bus",
          "/proc/cmdline",
          "/proc/config.gz",
          "/proc/consoles",
          "/proc/devices",
          "/proc/diskstats",
          "/proc/driver",
          "/proc/fs",
          "/proc/interrupts",
          "/proc/iomem",
          "/proc/ioports",
          "/proc/irq",
          "/proc/kallsyms",
          "/proc/kmsg",
          "/proc/locks",
          "/proc/misc",
          "/proc/modules",
          "/proc/pagetypeinfo",
          "/proc/partitions",
          // Anybody may set triggers there, and each costs the kernel a grace period when it is
          // closed: thousands of them outlive a kill by many seconds (psi(7) of the kernel).
          "/proc/pressure",
          "/proc/slabinfo",
          "/proc/swaps",
          "/proc/vmstat",
          "/proc/zoneinfo",
          "/sys/block",
          "/sys/bus",
          "/sys/class",
          "/sys/dev",
          "/sys/devices",
          "/sys/firmware",
          "/sys/fs/bpf",
          "/sys/fs/btrfs",
          "/sys/fs/ext4",
          "/sys/fs/f2fs",
          "/sys/fs/fuse",
          "/sys/fs/pstore",
          "/sys/fs/xfs",
          "/sys/hypervisor",
          "/sys/kernel",
          "/sys/module",
          "/sys/power");

  private static final List<String> READ_ONLY =
      List.of("/proc/sys", "/proc/sysrq-trigger", "/sys/fs/cgroup");

  private static final Set<String> ENGINE_FILES =
      Set.of("/etc/hosts", "/etc/hostname", "/etc/resolv.conf");

  /**
   * A directory of the engine's host.
   *
   * @param source as the engine names it
   * @param target in the container
   * @param readOnly whether writing is denied
   */
  record Bind(String source, String target, boolean readOnly) {}

  /** The writable file systems and their mount options; their sizes add up to the storage. */
  Map<String, String> tmpfs() {
    Map<String, String> mounts = new LinkedHashMap<>();
    long shared = Math.max(MIN_SHARED, profile.storageBytes() / 8 / PAGE * PAGE);
    long sharedInodes = profile.storageInodes() / 8;
    // gVisor puts an unlimited tmpfs on /tmp unless one is asked for; elsewhere /tmp is a link.
    int others = ownKernel ? 2 : 1;
    mounts.put(
        "/workspace",
        options("nosuid,nodev,exec", profile.storageBytes() - others * shared)
            + (",nr_inodes=" + (profile.storageInodes() - others * sharedInodes))
            + (",mode=755,uid=" + uid + ",gid=" + gid));
    mounts.put(
        "/dev/shm",
        options("nosuid,nodev,noexec", shared) + ",mode=1777,nr_inodes=" + sharedInodes);
    if (ownKernel) {
      mounts.put(
          "/tmp", options("nosuid,nodev,exec", shared) + ",mode=1777,nr_inodes=" + sharedInodes);
    } else {
      // In place of the engine's /dev: no pseudo-terminals, no message queues, nothing writable.
      mounts.put("/dev", "ro,nosuid,noexec,dev,size=64k,nr_inodes=64,mode=755");
    }
    return mounts;
  }

  private static String options(String flags, long bytes) {
    return "rw," + flags + ",size=" + bytes;
  }

  HostConfig hostConfig() {
    HostConfig host = new SandboxHostConfig(MASKED, READ_ONLY);
    host.withNetworkMode("none")
        .withReadonlyRootfs(true)
        .withCapDrop(Capability.ALL)
        .withCapAdd(Capability.SETUID, Capability.SETGID, Capability.KILL)
        .withSecurityOpts(List.of(NO_NEW_PRIVILEGES))
        .withPrivileged(false)
        .withIpcMode("none")
        .withCgroupnsMode("private")
        .withInit(false)
        .withAutoRemove(true)
        .withRestartPolicy(RestartPolicy.noRestart())
        .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE))
        .withMemory(profile.memoryBytes())
        .withMemorySwap(profile.memoryBytes())
        .withPidsLimit((long) profile.processes())
        .withNanoCPUs(Math.round(profile.cpus() * 1_000_000_000))
        .withUlimits(ulimits())
        .withTmpFs(tmpfs())
        .withMounts(mounts());
    runtime.ifPresent(host::withRuntime);
    return host;
  }

  /** The executor lowers its own further; these hold for init as well. */
  private List<Ulimit> ulimits() {
    long files = Math.max(INITS_FILES, profile.openFiles());
    return List.of(new Ulimit("nofile", files, files), new Ulimit("core", 1L, 1L));
  }

  private List<Mount> mounts() {
    List<Mount> mounts = new ArrayList<>();
    for (Bind bind : binds) {
      mounts.add(
          new Mount()
              .withType(MountType.BIND)
              .withSource(bind.source())
              .withTarget(bind.target())
              .withReadOnly(bind.readOnly())
              .withBindOptions(new BindOptions().withPropagation(BindPropagation.PRIVATE)));
    }
    return mounts;
  }

  /** The only paths at which something may be mounted. */
  Set<String> mountPoints() {
    Set<String> points = new HashSet<>(tmpfs().keySet());
    points.addAll(ENGINE_FILES);
    points.addAll(List.of("/", "/dev", "/proc", "/sys"));
    binds.forEach(bind -> points.add(bind.target()));
    if (ownKernel) {
      points.add("/dev/pts"); // of its own kernel, so that they run out for nobody else
    }
    return points;
  }

  /** Those of them that may be writable, and by the executor only where it may write. */
  Set<String> writablePaths() {
    Set<String> writable = new HashSet<>(tmpfs().keySet());
    // Every file in it belongs to root or to the executor's own processes, and the kernel guards
    // it.
    writable.add("/proc");
    if (ownKernel) {
      writable.addAll(List.of("/dev", "/dev/pts"));
    } else {
      writable.remove("/dev");
    }
    binds.stream().filter(bind -> !bind.readOnly()).forEach(bind -> writable.add(bind.target()));
    return writable;
  }

  /** Those of the writable ones that hold the program's files. */
  Set<String> storagePaths() {
    Set<String> paths = new HashSet<>(tmpfs().keySet());
    paths.remove("/dev");
    return paths;
  }

  /** Mounts whose flags can't be asked of an engine. */
  Set<String> engineMounts() {
    Set<String> mounts = new HashSet<>(ENGINE_FILES);
    mounts.addAll(List.of("/", "/proc", "/sys"));
    binds.forEach(bind -> mounts.add(bind.target()));
    if (ownKernel) {
      mounts.add("/dev/pts");
    }
    return mounts;
  }

  /** Mounts with device nodes. */
  static Set<String> deviceMounts() {
    return Set.of("/dev");
  }

  /**
   * Whether the program may have internet sockets, which reach nothing but its own loopback. Cgroup
   * version 1 counts their buffers apart from memory, and runc sets no limit for that any more.
   */
  boolean allowsInternetSockets() {
    return !versionOneCgroups;
  }

  /** The executor's environment. */
  Map<String, String> environment() {
    return ExecutorSettings.environment("/usr/local/bin:/usr/bin:/bin", profile);
  }
}
