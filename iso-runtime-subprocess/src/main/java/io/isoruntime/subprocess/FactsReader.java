package io.isoruntime.subprocess;

import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the host what it can attest of one sandbox.
 *
 * @param host who this process is
 * @param plan what was to be mounted
 * @param environment the names that the executor may have
 */
record FactsReader(HostIdentity host, RootPlan plan, Set<String> environment) {
  private static final Set<String> DEVICES =
      Set.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");
  private static final Set<String> WRITABLE = Set.of("/workspace", "/tmp", "/dev/shm");
  private static final Logger LOG = LoggerFactory.getLogger(FactsReader.class);

  HostFacts read(Optional<Cgroup> cgroup) {
    Set<String> mountPoints = new HashSet<>(Set.of("/", "/proc", "/dev"));
    Set<String> writable = new HashSet<>(WRITABLE);
    mountPoints.addAll(DEVICES);
    mountPoints.addAll(WRITABLE);
    for (RootPlan.Bind bind : plan.binds()) {
      mountPoints.add(bind.to());
      if (!bind.readOnly()) {
        writable.add(bind.to());
      }
    }
    List<Long> inside = cgroup.map(Cgroup::processes).orElse(List.of());
    // A limit counts only where the program really is in the cgroup that has it.
    Optional<Cgroup> inForce = inside.isEmpty() ? Optional.empty() : cgroup;
    return new HostFacts(
        Place.HERE,
        host.namespaces(),
        host.uid(),
        hostUid(inside),
        inForce.map(Cgroup::memoryLimit).orElse(OptionalLong.empty()),
        inForce.map(Cgroup::processLimit).orElse(OptionalLong.empty()),
        inForce.map(Cgroup::milliCpus).orElse(OptionalLong.empty()),
        LaunchSpec.canMapUids(host) ? 0 : LaunchSpec.UID,
        LaunchSpec.UID,
        LaunchSpec.GID,
        mountPoints,
        writable,
        WRITABLE,
        DEVICES,
        environment);
  }

  /** The user id of the process in the cgroup, as the kernel tells it to this process. */
  private static OptionalLong hostUid(List<Long> processes) {
    for (long pid : processes) {
      try {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        return OptionalLong.of(HostIdentity.effective(status, "Uid:"));
      } catch (IOException e) {
        LOG.debug("the executor's status can't be read", e);
      }
    }
    return OptionalLong.empty();
  }
}
