package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.OwnedName;
import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Cgroups version 1: a directory beneath this process's own in each of memory, pids, cpu and
 * cpuacct (kernel documentation, admin-guide/cgroup-v1).
 *
 * @param memory this process's directory of the memory controller, and so on
 */
record CgroupsV1(Path memory, Path pids, Path cpu, Path cpuacct) implements Cgroups {
  private static final long PERIOD_MICROS = 100_000;
  private static final String SOCKETS = "memory.kmem.tcp.limit_in_bytes";

  /** Those of this process, if it may make cgroups in all of them. */
  static Optional<Cgroups> find(CgroupMounts mounts) {
    List<Path> own = new ArrayList<>();
    for (String controller : List.of("memory", "pids", "cpu", "cpuacct")) {
      Path directory = mounts.own().get(controller);
      if (directory == null || !Files.isWritable(directory)) {
        return Optional.empty();
      }
      own.add(directory);
    }
    return Optional.of(new CgroupsV1(own.get(0), own.get(1), own.get(2), own.get(3)));
  }

  @Override
  public String version() {
    return "cgroup v1";
  }

  private Set<Path> parents() {
    Set<Path> parents = new LinkedHashSet<>(List.of(memory, pids, cpu, cpuacct));
    return parents;
  }

  @Override
  public Cgroup create(String name, SandboxProfile profile) throws IOException {
    Group group = new Group(name);
    try {
      for (Path directory : group.directories()) {
        Files.createDirectory(directory);
      }
      write(group.memory.resolve("memory.limit_in_bytes"), profile.memoryBytes());
      // Buffers of sockets are not charged to the limit above in version 1, but to one of their
      // own.
      write(group.memory.resolve(SOCKETS), profile.memoryBytes() / 16);
      Path withSwap = group.memory.resolve("memory.memsw.limit_in_bytes");
      if (Files.exists(withSwap)) {
        write(withSwap, profile.memoryBytes());
      } else {
        write(group.memory.resolve("memory.swappiness"), 0);
      }
      write(group.pids.resolve("pids.max"), profile.processes());
      write(group.cpu.resolve("cpu.cfs_period_us"), PERIOD_MICROS);
      write(group.cpu.resolve("cpu.cfs_quota_us"), Math.round(profile.cpus() * PERIOD_MICROS));
      return group;
    } catch (IOException e) {
      group.remove();
      throw e;
    }
  }

  private static void write(Path file, long value) throws IOException {
    Files.writeString(file, Long.toString(value));
  }

  @Override
  public void prime(long pid) {
    Cgroups.prime(pids, pid);
  }

  @Override
  public void sweep() {
    parents().forEach(parent -> OwnedName.orphans(parent).forEach(Cgroups::sweep));
  }

  /** The directories of one sandbox. */
  private final class Group extends Cgroup {
    private final Path memory;
    private final Path pids;
    private final Path cpu;
    private final Path cpuacct;

    Group(String name) {
      memory = CgroupsV1.this.memory.resolve(name);
      pids = CgroupsV1.this.pids.resolve(name);
      cpu = CgroupsV1.this.cpu.resolve(name);
      cpuacct = CgroupsV1.this.cpuacct.resolve(name);
    }

    @Override
    List<Path> directories() {
      return List.copyOf(new LinkedHashSet<>(List.of(memory, pids, cpu, cpuacct)));
    }

    @Override
    OptionalLong memoryLimit() {
      OptionalLong sockets = number(memory.resolve(SOCKETS));
      OptionalLong limit = number(memory.resolve("memory.limit_in_bytes"));
      return sockets.isPresent()
              && limit.isPresent()
              && sockets.getAsLong() <= limit.getAsLong() / 16
          ? limit
          : OptionalLong.empty();
    }

    @Override
    OptionalLong processLimit() {
      return number(pids.resolve("pids.max"));
    }

    @Override
    OptionalLong milliCpus() {
      OptionalLong quota = number(cpu.resolve("cpu.cfs_quota_us"));
      OptionalLong period = number(cpu.resolve("cpu.cfs_period_us"));
      return quota.isPresent() && period.isPresent() && period.getAsLong() > 0
          ? OptionalLong.of(quota.getAsLong() * 1000 / period.getAsLong())
          : OptionalLong.empty();
    }

    @Override
    Consumption consumption() {
      OptionalLong nanos = number(cpuacct.resolve("cpuacct.usage"));
      return new Consumption(
          nanos.isPresent() ? Optional.of(Duration.ofNanos(nanos.getAsLong())) : Optional.empty(),
          number(memory.resolve("memory.max_usage_in_bytes")),
          keyed(memory.resolve("memory.oom_control"), "oom_kill"),
          keyed(pids.resolve("pids.events"), "max"));
    }
  }
}
