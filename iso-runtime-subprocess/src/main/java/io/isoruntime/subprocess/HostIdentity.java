package io.isoruntime.subprocess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who this process is.
 *
 * @param uid effective user id
 * @param gid effective group id
 * @param mapsAnyUid whether the ids that sandboxes are given exist here: not so in a user namespace
 *     that maps a few only, as in a rootless container
 * @param namespaces kind to id, as /proc/self/ns has them
 */
record HostIdentity(long uid, long gid, boolean mapsAnyUid, Map<String, String> namespaces) {
  /** PID_MAX_LIMIT of 64-bit kernels (proc_sys_kernel(5)). */
  private static final long MAX_PID = 1 << 22;

  private static final List<String> KINDS =
      List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup");

  static HostIdentity read(Path proc) throws IOException {
    Path self = proc.resolve("self");
    Map<String, String> namespaces = new HashMap<>();
    for (String kind : KINDS) {
      Path link = self.resolve("ns").resolve(kind);
      if (Files.isSymbolicLink(link)) {
        namespaces.put(kind, Files.readSymbolicLink(link).toString());
      }
    }
    Path status = self.resolve("status");
    return new HostIdentity(
        effective(status, "Uid:"),
        effective(status, "Gid:"),
        maps(Files.readAllLines(self.resolve("uid_map"))),
        namespaces);
  }

  /** Whether it can give sandboxes user ids of their own. */
  boolean isRoot() {
    return uid == 0 && mapsAnyUid;
  }

  /** Lines of first id inside, first id outside, count (user_namespaces(7)). */
  static boolean maps(List<String> uidMap) {
    return uidMap.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length == 3)
        .anyMatch(
            fields -> {
              long first = Long.parseLong(fields[0]);
              return first <= LaunchSpec.initHostUid(0)
                  && first + Long.parseLong(fields[2]) > LaunchSpec.executorHostUid(MAX_PID);
            });
  }

  /** The effective id of a line such as {@code Uid: 0 0 0 0} of a status file. */
  static long effective(Path status, String field) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.substring(field.length()).strip().split("\\s+")[1]);
      }
    }
    throw new IOException(status + " has no line " + field);
  }
}
