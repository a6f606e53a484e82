package io.isoruntime.docker;

import org.junit.jupiter.api.Tag;

/** Containers that were started ahead. */
@Tag("once")
class WarmContractTest extends DockerContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().warmSandboxes(2);
  }
}
