package io.isoruntime.docker;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.dockerjava.api.model.HostConfig;
import java.util.List;

/** A host configuration with two settings of the Engine API that docker-java does not know. */
@JsonInclude(JsonInclude.Include.NON_NULL)
final class SandboxHostConfig extends HostConfig {
  private static final long serialVersionUID = 1L;

  @JsonProperty("MaskedPaths")
  private final transient List<String> maskedPaths;

  @JsonProperty("ReadonlyPaths")
  private final transient List<String> readonlyPaths;

  SandboxHostConfig(List<String> maskedPaths, List<String> readonlyPaths) {
    this.maskedPaths = maskedPaths;
    this.readonlyPaths = readonlyPaths;
  }
}
