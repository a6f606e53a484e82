package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.OwnedName;
import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Cgroups version 2 (kernel documentation, admin-guide/cgroup-v2): one directory beneath the
 * nearest ancestor of this process that hands down memory, pids and cpu and is ours to write. That
 * is this process's sibling: a cgroup with processes of its own may not hand down controllers.
 *
 * @param parent where the directories are made
 * @param own where this process is
 */
record CgroupsV2(Path parent, Path own) implements Cgroups {
  private static final List<String> NEEDED = List.of("memory", "pids", "cpu");
  private static final long PERIOD_MICROS = 100_000;

  /** The nearest usable ancestor; as root, controllers are handed down from the top if need be. */
  static Optional<Cgroups> find(CgroupMounts mounts, boolean root) {
    Path own = mounts.own().get("");
    Path top = mounts.top().get("");
    if (own == null || top == null) {
      return Optional.empty();
    }
    for (Path place = own; place != null && place.startsWith(top); place = place.getParent()) {
      if (handsDown(place) && isOurs(place)) {
        return Optional.of(new CgroupsV2(place, own));
      }
    }
    if (root && handDown(top)) {
      return Optional.of(new CgroupsV2(top, own));
    }
    return Optional.empty();
  }

  private static boolean handsDown(Path place) {
    return words(place.resolve("cgroup.subtree_control")).containsAll(NEEDED);
  }

  /** Moving a process needs the common ancestor's cgroup.procs as well as the directory. */
  private static boolean isOurs(Path place) {
    return Files.isWritable(place) && Files.isWritable(place.resolve("cgroup.procs"));
  }

  private static boolean handDown(Path top) {
    if (!words(top.resolve("cgroup.controllers")).containsAll(NEEDED)) {
      return false;
    }
    try {
      Files.writeString(top.resolve("cgroup.subtree_control"), "+memory +pids +cpu");
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> words(Path file) {
    try {
      return Arrays.asList(Files.readString(file).strip().split("\\s+"));
    } catch (IOException e) {
      return List.of();
    }
  }

  @Override
  public String version() {
    return "cgroup v2";
  }

  @Override
  public Cgroup create(String name, SandboxProfile profile) throws IOException {
    Group group = new Group(parent.resolve(name));
    try {
      Files.createDirectory(group.directory);
      Files.writeString(group.directory.resolve("memory.max"), "" + profile.memoryBytes());
      Path swap = group.directory.resolve("memory.swap.max");
      if (Files.exists(swap)) {
        Files.writeString(swap, "0");
      }
      Files.writeString(group.directory.resolve("memory.oom.group"), "1");
      Files.writeString(group.directory.resolve("pids.max"), "" + profile.processes());
      Files.writeString(
          group.directory.resolve("cpu.max"),
          Math.round(profile.cpus() * PERIOD_MICROS) + " " + PERIOD_MICROS);
      return group;
    } catch (IOException e) {
      group.remove();
      throw e;
    }
  }

  @Override
  public void prime(long pid) {
    Cgroups.prime(own, pid);
  }

  @Override
  public void sweep() {
    OwnedName.orphans(parent).forEach(Cgroups::sweep);
  }

  /** The directory of one sandbox. */
  private static final class Group extends Cgroup {
    private final Path directory;

    Group(Path directory) {
      this.directory = directory;
    }

    @Override
    List<Path> directories() {
      return List.of(directory);
    }

    @Override
    OptionalLong memoryLimit() {
      return number(directory.resolve("memory.max"));
    }

    @Override
    OptionalLong processLimit() {
      return number(directory.resolve("pids.max"));
    }

    @Override
    OptionalLong milliCpus() {
      List<String> limit = words(directory.resolve("cpu.max"));
      if (limit.size() != 2 || limit.get(0).equals("max")) {
        return OptionalLong.empty();
      }
      return OptionalLong.of(Long.parseLong(limit.get(0)) * 1000 / Long.parseLong(limit.get(1)));
    }

    @Override
    Consumption consumption() {
      Path cpu = directory.resolve("cpu.stat");
      return new Consumption(
          Files.exists(cpu)
              ? Optional.of(Duration.ofNanos(keyed(cpu, "usage_usec") * 1000))
              : Optional.empty(),
          number(directory.resolve("memory.peak")),
          keyed(directory.resolve("memory.events"), "oom_kill"),
          keyed(directory.resolve("pids.events"), "max"));
    }
  }
}
