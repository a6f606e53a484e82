package io.isoruntime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the container that an engine made with the plan. An engine only warns when it drops a
 * limit (moby, daemon_unix.go), and a plug-in may change what was asked for. What is in force is
 * proven later, by attestation; this finds out earlier, and in the engine's own words.
 */
final class ContainerCheck {
  private ContainerCheck() {}

  /** Throws for every warning, unless it is about a control that may be missing. */
  static void requireNoWarnings(List<String> warnings, Set<Control> waived) {
    for (String warning : warnings) {
      Set<Control> about = controls(warning);
      if (about.isEmpty() || !waived.containsAll(about)) {
        throw refused(
            "The engine said: " + warning.strip(),
            "Enable it on the engine's host (cgroup controllers memory, pids and cpu, swap"
                + " accounting); iso doctor --runtime docker shows which are missing.");
      }
    }
  }

  private static Set<Control> controls(String warning) {
    String text = warning.toLowerCase(Locale.ROOT);
    Set<Control> about = EnumSet.noneOf(Control.class);
    if (text.contains("memory") || text.contains("swap")) {
      about.add(Control.MEMORY);
    }
    if (text.contains("pids")) {
      about.add(Control.PIDS);
    }
    if (text.contains("cpu") || text.contains("cfs")) {
      about.add(Control.CPU);
    }
    return about;
  }

  /** Throws if the container differs from the plan in what is compared here. */
  static void requireAsPlanned(InspectContainerResponse found, ContainerPlan plan) {
    HostConfig host = Objects.requireNonNull(found.getHostConfig());
    HostConfig wanted = plan.hostConfig();
    List<String> differences = new ArrayList<>();
    differ(differences, "NetworkMode", wanted.getNetworkMode(), host.getNetworkMode());
    differ(differences, "ReadonlyRootfs", true, host.getReadonlyRootfs());
    differ(differences, "Privileged", false, host.getPrivileged());
    differ(differences, "CapDrop", names(wanted.getCapDrop()), names(host.getCapDrop()));
    differ(differences, "CapAdd", names(wanted.getCapAdd()), names(host.getCapAdd()));
    differ(differences, "SecurityOpt", wanted.getSecurityOpts(), host.getSecurityOpts());
    differ(differences, "IpcMode", wanted.getIpcMode(), host.getIpcMode());
    differ(differences, "PidMode", "", Objects.requireNonNullElse(host.getPidMode(), ""));
    differ(differences, "UTSMode", "", Objects.requireNonNullElse(host.getUtSMode(), ""));
    differ(differences, "CgroupnsMode", wanted.getCgroupnsMode(), host.getCgroupnsMode());
    differ(differences, "AutoRemove", true, host.getAutoRemove());
    differ(differences, "Memory", wanted.getMemory(), host.getMemory());
    differ(differences, "MemorySwap", wanted.getMemorySwap(), host.getMemorySwap());
    differ(differences, "PidsLimit", wanted.getPidsLimit(), host.getPidsLimit());
    differ(differences, "NanoCpus", wanted.getNanoCPUs(), host.getNanoCPUs());
    differ(differences, "Tmpfs", wanted.getTmpFs(), host.getTmpFs());
    differ(differences, "Binds", 0, host.getBinds() == null ? 0 : host.getBinds().length);
    differ(differences, "Devices", 0, host.getDevices() == null ? 0 : host.getDevices().length);
    plan.runtime().ifPresent(name -> differ(differences, "Runtime", name, host.getRuntime()));
    long volumes =
        found.getMounts() == null
            ? 0
            : found.getMounts().stream()
                .filter(
                    mount ->
                        plan.binds().stream()
                            .noneMatch(
                                bind ->
                                    mount.getDestination() != null
                                        && bind.target().equals(mount.getDestination().getPath())))
                .count();
    differ(differences, "volumes of the image", 0L, volumes);
    if (!differences.isEmpty()) {
      throw refused(
          "The engine made another container than was asked for: "
              + String.join("; ", differences)
              + ".",
          "Look for authorization plug-ins and defaults of the engine that change containers, and"
              + " for VOLUME in the image.");
    }
  }

  private static List<String> names(Capability @Nullable [] capabilities) {
    return capabilities == null
        ? List.of()
        : Arrays.stream(capabilities).map(Capability::toString).sorted().toList();
  }

  private static void differ(
      List<String> differences, String what, @Nullable Object wanted, @Nullable Object found) {
    if (!Objects.equals(wanted, found)) {
      differences.add(what + " is " + found + ", not " + wanted);
    }
  }

  private static IsoException refused(String cause, String remedy) {
    return new Problem(
            ErrorCode.ISOLATION_INCOMPLETE,
            cause,
            "It was refused before any code was run.",
            remedy)
        .toException();
  }
}
