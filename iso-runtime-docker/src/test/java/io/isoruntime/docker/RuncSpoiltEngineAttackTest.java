package io.isoruntime.docker;

import io.isoruntime.conformance.Platform;

/** Containers that share the host's kernel, on an engine that is spoilt. */
class RuncSpoiltEngineAttackTest extends SpoiltEngineAttackContract {

  @Override
  String ociRuntime() {
    return "runc";
  }

  @Override
  public Platform platform() {
    return Platform.DOCKER_RUNC;
  }
}
