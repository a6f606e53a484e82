package io.isoruntime.subprocess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the cgroup hierarchies are mounted, and where in them this process is (cgroups(7),
 * proc_pid_cgroup(5), proc_pid_mountinfo(5)). A pure reading of two files.
 *
 * @param own hierarchy to this process's directory: a v1 controller's name, or "" for v2
 * @param top hierarchy to its mount point
 */
record CgroupMounts(Map<String, Path> own, Map<String, Path> top) {

  static CgroupMounts read(Path proc) throws IOException {
    return of(
        Files.readAllLines(proc.resolve("self/mountinfo")),
        Files.readAllLines(proc.resolve("self/cgroup")));
  }

  static CgroupMounts of(List<String> mountinfo, List<String> cgroup) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String line : cgroup) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3) {
        Arrays.stream(fields[1].split(",", -1))
            .forEach(controller -> paths.put(controller, fields[2]));
      }
    }
    Map<String, Path> own = new LinkedHashMap<>();
    Map<String, Path> top = new LinkedHashMap<>();
    for (String line : mountinfo) {
      int dash = line.indexOf(" - ");
      if (dash < 0) {
        continue;
      }
      String[] mount = line.substring(0, dash).split(" ");
      String[] source = line.substring(dash + 3).split(" ");
      if (mount.length < 5 || source.length < 3) {
        continue;
      }
      for (String hierarchy : hierarchies(source[0], source[2])) {
        Optional.ofNullable(paths.get(hierarchy))
            .ifPresent(
                path -> {
                  top.putIfAbsent(hierarchy, Path.of(mount[4]));
                  own.putIfAbsent(hierarchy, place(Path.of(mount[4]), mount[3], path));
                });
      }
    }
    return new CgroupMounts(own, top);
  }

  private static List<String> hierarchies(String type, String options) {
    return switch (type) {
      case "cgroup2" -> List.of("");
      case "cgroup" -> new ArrayList<>(Arrays.asList(options.split(",")));
      default -> List.of();
    };
  }

  /** The mount may show only a part of the hierarchy, as in a container. */
  private static Path place(Path mountPoint, String root, String path) {
    String relative = path;
    if (!root.equals("/") && (path.equals(root) || path.startsWith(root + "/"))) {
      relative = path.substring(root.length());
    }
    Path place = mountPoint.resolve("." + (relative.isEmpty() ? "/" : relative)).normalize();
    return place.startsWith(mountPoint) ? place : mountPoint;
  }
}
