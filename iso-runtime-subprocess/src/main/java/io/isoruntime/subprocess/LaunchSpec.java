package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.spi.ExecutorSettings;
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
  static final long UID = ExecutorSettings.UID;

  static final long GID = ExecutorSettings.GID;

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
    return ExecutorSettings.environment(interpreter.prefix() + "/bin:/usr/bin:/bin", profile);
  }

  /**
   * The part for the helper alone, which stands outside of the sandbox: it names places of the
   * host.
   */
  static byte[] places(Path socket, Optional<Cgroup> cgroup) {
    List<String> groups =
        cgroup.map(Cgroup::directories).orElse(List.of()).stream().map(Path::toString).toList();
    return Json.bytes(
        Json.object(
            "socket",
            socket.toString(),
            "socketDirs",
            Stream.iterate(socket.getParent(), Path::getParent)
                .limit(2)
                .map(Path::toString)
                .toList(),
            "cgroups",
            Json.object("executor", groups, "init", List.of(), "remove", groups)));
  }

  static byte[] json(
      boolean root,
      long helperPid,
      RootPlan plan,
      Interpreter interpreter,
      SandboxProfile profile,
      boolean ahead) {
    Map<String, @Nullable Object> spec = new LinkedHashMap<>();
    spec.put("mode", root ? "root" : "user");
    if (root) {
      spec.put(
          "hostUids",
          Json.object("init", initHostUid(helperPid), "executor", executorHostUid(helperPid)));
    }
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
    spec.put("rlimits", ExecutorSettings.resourceLimits(profile));
    spec.put("environ", environment(interpreter, profile));
    spec.put(
        "python",
        Json.object(
            "executable", interpreter.executable(),
            "path", plan.visible(interpreter.path()),
            "preload", profile.preloads()));
    spec.put("idle", ahead);
    spec.put("hostname", "sandbox");
    return Json.bytes(spec);
  }
}
