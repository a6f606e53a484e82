package io.isoruntime.cli.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Made-up hosts. */
final class Hosts {
  static final CgroupReading V1 =
      new CgroupReading(Set.of("memory", "pids", "cpu", "cpuacct"), Optional.empty(), Set.of());
  static final CgroupReading V2 =
      new CgroupReading(
          Set.of(), Optional.of(Path.of("/sys/fs/cgroup")), Set.of("memory", "pids", "cpu", "io"));
  static final CgroupReading NONE = new CgroupReading(Set.of(), Optional.empty(), Set.of());
  static final HostReadings.UserNamespaces ALLOWED =
      new HostReadings.UserNamespaces(Optional.of("15000"), Optional.empty(), Optional.empty());
  static final HostReadings.Seccomp FILTERS =
      new HostReadings.Seccomp(Optional.of("0"), Set.of("errno", "allow"));
  static final HostReadings.WorkspaceRoot ROOMY =
      new HostReadings.WorkspaceRoot(Path.of("/tmp"), true, 5L << 30);
  static final HostReadings.Clock STEADY =
      new HostReadings.Clock(Duration.ofMillis(20), Duration.ofMillis(21), true, "tsc");

  private Hosts() {}

  /** One on which all is well. */
  static HostReadings well(long uid, CgroupReading cgroups) {
    return host(uid, "6.1.0-18-amd64", ALLOWED, FILTERS, cgroups, ROOMY, STEADY);
  }

  static HostReadings host(
      long uid,
      String kernel,
      HostReadings.UserNamespaces namespaces,
      HostReadings.Seccomp seccomp,
      CgroupReading cgroups,
      HostReadings.WorkspaceRoot root,
      HostReadings.Clock clock) {
    return new HostReadings(
        "Linux",
        "amd64",
        kernel,
        "17.0.9 (Debian)",
        uid,
        namespaces,
        seccomp,
        cgroups,
        root,
        clock);
  }
}
