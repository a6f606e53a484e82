package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.testkit.plan.Host;
import java.util.Set;

/** The corpus on containers under gVisor, whose runsc is told to leave cgroups alone. */
class GvisorAttackTest extends DockerAttackContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().ociRuntime("runsc");
  }

  @Override
  Host host() {
    return Host.GVISOR;
  }

  @Override
  protected Set<Control> missing() {
    return Set.of(Control.MEMORY, Control.PIDS, Control.CPU);
  }
}
