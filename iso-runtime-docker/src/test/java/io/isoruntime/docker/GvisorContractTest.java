package io.isoruntime.docker;

import io.isoruntime.Control;
import java.util.Set;

/** Containers under gVisor, whose runsc is told to leave cgroups alone and so limits no tree. */
class GvisorContractTest extends DockerContract {

  @Override
  public Set<Control> waived() {
    return Set.of(Control.MEMORY, Control.PIDS, Control.CPU);
  }

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().ociRuntime("runsc");
  }
}
