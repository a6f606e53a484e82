package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.local.HostIdentity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the helper is told to build (docs/protocol.md): a pure function of what is known of host,
 * interpreter and profile.
 */
final class LaunchSpec {
  /** The executor's ids inside. */
  static final long UID = 1001;

  static final long GID = 1000;

  /**
   * Above systemd's container range (systemd, UIDS-GIDS) and SSSD's default one, below 2^31. Two
   * ids for each helper's process id, which is unique among the living: no two sandboxes of a host
   * share one, without any coordination among services.
   */
  private static final long HOST_UID_BASE = 0x7F000000L;

  /** PID_MAX_LIMIT of 64-bit kernels (proc_sys_kernel(5)). */
  private static final long MAX_PID = 1 << 22;

  private LaunchSpec() {}

  /** Whether this process can give sandboxes user ids of their own. */
  static boolean canMapUids(HostIdentity host) {
    return host.uid() == 0 && host.maps(initHostUid(0), executorHostUid(MAX_PID));
  }

  static long initHostUid(long helperPid) {
    return HOST_UID_BASE + 2 * helperPid;
  }

  static long executorHostUid(long helperPid) {
    return initHostUid(helperPid) + 1;
  }

  /** The names that the executor's environment may hold, and their values. */
  static Map<String, String> environment(Interpreter interpreter, SandboxProfile profile) {
    String threads = Long.toString(Math.max(1, Math.round(profile.cpus())));
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", interpreter.prefix() + "/bin:/usr/bin:/bin");
    environment.put("HOME", "/tmp");
    environment.put("TMPDIR", "/tmp");
    environment.put("LANG", "C.UTF-8");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PYTHONPATH", "/workspace/pkg:/workspace/lib");
    environment.put("PYTHONUTF8", "1");
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("MPLBACKEND", "Agg");
    environment.put("MPLCONFIGDIR", "/tmp/matplotlib");
    // Numeric libraries start a thread for each core of the host unless told otherwise.
    environment.put("OMP_NUM_THREADS", threads);
    environment.put("OPENBLAS_NUM_THREADS", threads);
    environment.put("MKL_NUM_THREADS", threads);
    environment.put("OUTPUT_DIR", "/workspace/out");
    environment.put("WORKDIR", "/workspace/pkg");
    return environment;
  }

  static byte[] json(
      Path socket,
      boolean root,
      long helperPid,
      Optional<Cgroup> cgroup,
      RootPlan plan,
      Interpreter interpreter,
      SandboxProfile profile) {
    List<String> groups =
        cgroup.map(Cgroup::directories).orElse(List.of()).stream().map(Path::toString).toList();
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("socket", socket.toString());
    spec.put(
        "socketDirs",
        Stream.iterate(socket.getParent(), Path::getParent).limit(2).map(Path::toString).toList());
    spec.put("mode", root ? "root" : "user");
    if (root) {
      spec.put(
          "hostUids",
          Json.object("init", initHostUid(helperPid), "executor", executorHostUid(helperPid)));
    }
    spec.put("cgroups", Json.object("executor", groups, "init", List.of(), "remove", groups));
    spec.put("uid", UID);
    spec.put("gid", GID);
    spec.put(
        "root",
        Json.object(
            "binds",
            plan.binds().stream()
                .map(
                    bind ->
                        Json.object(
                            "from", bind.from(), "to", bind.to(), "readOnly", bind.readOnly()))
                .toList(),
            "symlinks",
            plan.symlinks(),
            "files",
            plan.files()));
    spec.put(
        "storage", Json.object("bytes", profile.storageBytes(), "inodes", profile.storageInodes()));
    spec.put("rlimits", resourceLimits(profile));
    spec.put("environ", environment(interpreter, profile));
    spec.put(
        "python",
        Json.object(
            "executable", interpreter.executable(),
            "path", plan.visible(interpreter.path()),
            "preload", profile.preloads()));
    spec.put("hostname", "sandbox");
    return Json.bytes(spec);
  }

  /**
   * Core files are off by limit 1, not 0: a piped core_pattern ignores 0 (core(5)). The number of
   * processes is the cgroup's matter: RLIMIT_NPROC counts a user id across sandboxes.
   */
  private static Map<String, @Nullable Object> resourceLimits(SandboxProfile profile) {
    return Json.object(
        "NOFILE", both(profile.openFiles()),
        "FSIZE", both(profile.fileBytes()),
        "CORE", both(1),
        "MEMLOCK", both(64 * 1024),
        "MSGQUEUE", both(0),
        "SIGPENDING", both(256),
        "NICE", both(0),
        "RTPRIO", both(0));
  }

  private static List<Long> both(long limit) {
    return List.of(limit, limit);
  }
}
