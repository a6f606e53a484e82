package io.isoruntime.supervisor.local;

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
 * @param uidMap the lines of its uid_map
 * @param namespaces kind to id, as /proc/self/ns has them
 */
public record HostIdentity(
    long uid, long gid, List<String> uidMap, Map<String, String> namespaces) {
  private static final List<String> KINDS =
      List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup");

  /** Reads it from a mounted proc. */
  public static HostIdentity read(Path proc) throws IOException {
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
        Files.readAllLines(self.resolve("uid_map")),
        namespaces);
  }

  /** This process's own. */
  public static HostIdentity current() throws IOException {
    return read(Path.of("/proc"));
  }

  /**
   * Whether these user ids exist here: not so in a user namespace that maps a few only, as in a
   * rootless container.
   *
   * @param first the lowest
   * @param last the highest
   */
  public boolean maps(long first, long last) {
    return uidMap.stream()
        // First id inside, first id outside, count (user_namespaces(7)).
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length == 3)
        .anyMatch(
            fields -> {
              long start = Long.parseLong(fields[0]);
              return start <= first && start + Long.parseLong(fields[2]) > last;
            });
  }

  /** The effective id of a line such as {@code Uid: 0 0 0 0} of a status file. */
  public static long effective(Path status, String field) throws IOException {
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.substring(field.length()).strip().split("\\s+")[1]);
      }
    }
    throw new IOException(status + " has no line " + field);
  }
}
