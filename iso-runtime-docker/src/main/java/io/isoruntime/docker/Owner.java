package io.isoruntime.docker;

import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.local.OwnedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Whose a container is, told by its labels: the runtime that made it, the process and the boot and
 * pid namespace in which that process's number means something, and the container around it.
 *
 * @param instance a random name of the runtime
 * @param process the process's number and start time
 * @param scope where that number means something
 * @param container the id of the container that this process is in, or empty
 */
record Owner(String instance, String process, String scope, Optional<String> container) {
  static final String INSTANCE = "io.isoruntime.instance";
  static final String EXECUTION = "io.isoruntime.execution";
  static final String PROCESS = "io.isoruntime.owner";
  static final String SCOPE = "io.isoruntime.owner-scope";
  static final String CONTAINER = "io.isoruntime.owner-container";
  static final String DEADLINE = "io.isoruntime.deadline";

  private static final SecureRandom RANDOM = new SecureRandom();

  static Owner current(Optional<String> container) throws IOException {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    String namespace = HostIdentity.current().namespaces().getOrDefault("pid", "unknown");
    return new Owner(
        HexFormat.of().formatHex(bytes), OwnedName.prefix(), boot + " " + namespace, container);
  }

  /** The labels of a tool host's container, which has no deadline. */
  Map<String, String> toolHostLabels() {
    return labels("tool-host-" + instance, Long.MAX_VALUE);
  }

  /** The labels of a container of this runtime. */
  Map<String, String> labels(String executionId, long deadlineSeconds) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(INSTANCE, instance);
    labels.put(EXECUTION, executionId);
    labels.put(PROCESS, process);
    labels.put(SCOPE, scope);
    labels.put(DEADLINE, Long.toString(deadlineSeconds));
    container.ifPresent(id -> labels.put(CONTAINER, id));
    return labels;
  }
}
