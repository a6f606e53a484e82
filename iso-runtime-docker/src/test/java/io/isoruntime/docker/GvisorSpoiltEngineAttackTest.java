package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.conformance.Platform;
import java.util.Set;

/** Containers under gVisor, on an engine that is spoilt. */
class GvisorSpoiltEngineAttackTest extends SpoiltEngineAttackContract {

  @Override
  String ociRuntime() {
    return "runsc";
  }

  @Override
  public Platform platform() {
    return Platform.DOCKER_GVISOR;
  }

  @Override
  protected Set<Control> missing() {
    return Set.of(Control.MEMORY, Control.PIDS, Control.CPU);
  }
}
