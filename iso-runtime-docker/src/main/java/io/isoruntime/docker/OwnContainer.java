package io.isoruntime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.isoruntime.PathTranslator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The container of the same engine that this process is in, if it is in one, and what the engine's
 * host calls the directories that are mounted into it.
 *
 * @param id its id
 * @param hostByLocal mount point here to its source on the engine's host
 */
record OwnContainer(String id, Map<Path, Path> hostByLocal) {
  private static final Set<String> ENGINES_FILES =
      Set.of("/etc/hostname", "/etc/hosts", "/etc/resolv.conf");

  private static final Pattern ID = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  /** Looks at what the kernel says of this process, and asks the engine about what that names. */
  static Optional<OwnContainer> find(Engine engine) {
    for (String id : candidates(Path.of("/proc"))) {
      Optional<OwnContainer> found = engine.find(id).map(OwnContainer::of);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /**
   * Ids of containers in the own cgroups' names (version 1, or the host's cgroup namespace), and in
   * the sources of the files that an engine mounts into each container: they come from a directory
   * with its id. A host has other mounts with such names, of its containers.
   */
  static Set<String> candidates(Path proc) {
    Set<String> ids = new LinkedHashSet<>();
    for (String line : lines(proc.resolve("self/mountinfo"))) {
      String[] fields = line.split(" ");
      if (fields.length > 4 && ENGINES_FILES.contains(fields[4])) {
        add(ids, fields[3]);
      }
    }
    lines(proc.resolve("self/cgroup")).forEach(line -> add(ids, line));
    return ids;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of(); // no such file, no such candidates
    }
  }

  private static void add(Set<String> ids, String text) {
    Matcher matcher = ID.matcher(text);
    while (matcher.find()) {
      ids.add(matcher.group());
    }
  }

  static OwnContainer of(InspectContainerResponse found) {
    Map<Path, Path> hostByLocal = new LinkedHashMap<>();
    if (found.getMounts() != null) {
      for (InspectContainerResponse.Mount mount : found.getMounts()) {
        if (mount.getSource() != null && mount.getDestination() != null) {
          Path source = Path.of(mount.getSource());
          Path destination = Path.of(mount.getDestination().getPath());
          // A single file, such as the engine's socket, is no place for anything.
          if (source.isAbsolute() && destination.isAbsolute() && Files.isDirectory(destination)) {
            hostByLocal.put(destination, source);
          }
        }
      }
    }
    return new OwnContainer(found.getId(), hostByLocal);
  }

  /** Translates what lies in a mount; nothing else of this container exists on the host. */
  PathTranslator translator() {
    return hostByLocal.isEmpty() ? new NothingShared() : PathTranslator.mapping(hostByLocal);
  }
}
