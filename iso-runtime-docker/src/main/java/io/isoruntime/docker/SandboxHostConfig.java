package io.isoruntime.docker;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.dockerjava.api.model.HostConfig;
import java.util.ArrayList;
import java.util.List;

/** A host configuration with two settings of the Engine API that docker-java does not know. */
final class SandboxHostConfig extends HostConfig {
  private static final long serialVersionUID = 1L;

  private final ArrayList<String> maskedPaths;
  private final ArrayList<String> readonlyPaths;

  SandboxHostConfig(List<String> maskedPaths, List<String> readonlyPaths) {
    this.maskedPaths = new ArrayList<>(maskedPaths);
    this.readonlyPaths = new ArrayList<>(readonlyPaths);
  }

  /** Replaced by empty files and directories. */
  @JsonProperty("MaskedPaths")
  List<String> maskedPaths() {
    return maskedPaths;
  }

  /** Mounted over themselves, read-only. */
  @JsonProperty("ReadonlyPaths")
  List<String> readonlyPaths() {
    return readonlyPaths;
  }
}
