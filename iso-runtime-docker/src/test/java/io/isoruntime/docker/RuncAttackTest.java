package io.isoruntime.docker;

import io.isoruntime.conformance.Platform;

/** The corpus on containers that share the host's kernel. */
class RuncAttackTest extends DockerAttackContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime();
  }

  @Override
  public Platform platform() {
    return Platform.DOCKER_RUNC;
  }
}
