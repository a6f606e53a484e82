package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.testkit.plan.Host;
import java.util.Set;

/** Containers under gVisor, on an engine that is spoilt. */
class GvisorSpoiltEngineAttackTest extends SpoiltEngineAttackContract {

  @Override
  String ociRuntime() {
    return "runsc";
  }

  @Override
  Host host() {
    return Host.GVISOR_SPOILT;
  }

  @Override
  protected Set<Control> missing() {
    return Set.of(Control.MEMORY, Control.PIDS, Control.CPU);
  }
}
