package io.isoruntime.cli.doctor;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which cgroup controllers this host offers (cgroups(7)).
 *
 * @param v1 those with a hierarchy of their own
 * @param v2Mount where the unified hierarchy is mounted
 * @param v2 those of the unified hierarchy
 */
record CgroupReading(Set<String> v1, Optional<Path> v2Mount, Set<String> v2) {
  private static final Set<String> NEEDED_V1 = Set.of("memory", "pids", "cpu", "cpuacct");
  private static final Set<String> NEEDED_V2 = Set.of("memory", "pids", "cpu");
  private static final Set<String> CONTROLLERS =
      Set.of("blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids");

  /** What the lines of /proc/self/mountinfo tell (proc_pid_mountinfo(5)). */
  static CgroupReading of(List<String> mountinfo) {
    Set<String> v1 = new TreeSet<>();
    Optional<Path> v2Mount = Optional.empty();
    for (String line : mountinfo) {
      String[] halves = line.split(" - ", 2);
      String[] mount = halves[0].split(" ", -1);
      String[] source = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (mount.length < 5 || source.length < 3) {
        continue;
      }
      if (source[0].equals("cgroup")) {
        Arrays.stream(source[2].split(",", -1)).filter(CONTROLLERS::contains).forEach(v1::add);
      } else if (source[0].equals("cgroup2") && v2Mount.isEmpty()) {
        v2Mount = Optional.of(Path.of(mount[4]));
      }
    }
    return new CgroupReading(v1, v2Mount, Set.of());
  }

  CgroupReading withV2(Set<String> controllers) {
    return new CgroupReading(v1, v2Mount, new TreeSet<>(controllers));
  }

  boolean usableV1() {
    return v1.containsAll(NEEDED_V1);
  }

  boolean usableV2() {
    return v2.containsAll(NEEDED_V2);
  }

  String describe() {
    return "v1: " + names(v1) + "; v2: " + (v2Mount.isEmpty() ? "not mounted" : names(v2));
  }

  private static String names(Set<String> controllers) {
    return controllers.isEmpty()
        ? "no controllers"
        : controllers.stream().sorted().collect(Collectors.joining(" "));
  }
}
