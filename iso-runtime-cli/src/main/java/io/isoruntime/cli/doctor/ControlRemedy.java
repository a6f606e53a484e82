package io.isoruntime.cli.doctor;

import io.isoruntime.Control;
import java.util.Optional;

/** How an operator gets a control that is missing, on this very host or engine. */
final class ControlRemedy {
  private static final String DEFECT =
      "This should hold on every supported host: report it with the output of iso doctor --json";

  private ControlRemedy() {}

  static String of(Control control, HostReadings host) {
    String remedy =
        switch (control) {
          case MEMORY, PIDS, CPU -> cgroup(host);
          case DISTINCT_UID -> "Run the service as root: an ordinary user has one id to give";
          case SUPPLEMENTARY_GROUPS ->
              "Run the service as root, or as a user without further groups (see id)";
          case SECCOMP -> "Use a kernel that was built with CONFIG_SECCOMP_FILTER=y";
          default -> DEFECT;
        };
    return withWaiver(control, remedy);
  }

  /**
   * For a sandbox that an engine made.
   *
   * @param ociRuntime the OCI runtime that was asked for, or empty for the engine's own
   */
  static String inContainer(Control control, Optional<String> ociRuntime) {
    String remedy =
        switch (control) {
          case MEMORY, PIDS, CPU ->
              ociRuntime
                  .map(
                      name ->
                          "Let "
                              + name
                              + " use cgroups: take --ignore-cgroups out of its \"runtimeArgs\" in"
                              + " the engine's daemon.json, and reload the engine")
                  .orElse(
                      "See the row engine-limits: the engine's host must be able to limit it, and"
                          + " swap with it");
          case DISTINCT_UID ->
              "Let the executors have other user ids than the service"
                  + " (DockerRuntime.Builder.executorUids)";
          case SECCOMP -> "See the row engine-seccomp: the kernel must support filters";
          default -> DEFECT;
        };
    return withWaiver(control, remedy);
  }

  private static String withWaiver(Control control, String remedy) {
    return control.waivable()
        ? remedy + "; or do without: --allow-degraded " + control.label() + "."
        : remedy + ".";
  }

  private static String cgroup(HostReadings host) {
    CgroupReading cgroups = host.cgroups();
    if (cgroups.usableV2() && !host.isRoot()) {
      return "Start the service in a delegated cgroup, such as systemd-run --user --scope"
          + " -p Delegate=yes COMMAND, or as root";
    } else if (cgroups.usableV2()) {
      return "Start the service in a delegated cgroup, such as systemd-run --scope -p Delegate=yes"
          + " COMMAND; in a container, with a writable /sys/fs/cgroup";
    } else if (cgroups.usableV1() && !host.isRoot()) {
      return "Run the service as root, or in cgroups of memory, pids, cpu and cpuacct that root"
          + " gave to its user (chown)";
    } else if (cgroups.usableV1()) {
      return "Make /sys/fs/cgroup/{memory,pids,cpu,cpuacct} writable; a container usually has them"
          + " read-only";
    } else {
      return "See the row cgroups: without their controllers there is no limit";
    }
  }
}
