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
 * @param namespaces kind to id, as /proc/self/ns has them
 */
record HostIdentity(long uid, long gid, Map<String, String> namespaces) {
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
    return new HostIdentity(effective(status, "Uid:"), effective(status, "Gid:"), namespaces);
  }

  boolean isRoot() {
    return uid == 0;
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
