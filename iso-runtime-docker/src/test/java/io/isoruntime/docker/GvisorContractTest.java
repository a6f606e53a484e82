package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.testkit.WholeContract;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Containers under gVisor, whose runsc is told to leave cgroups alone and so limits no tree. */
@Tag("engines")
class GvisorContractTest extends DockerContract implements WholeContract {

  @Override
  public Set<Control> waived() {
    return Set.of(Control.MEMORY, Control.PIDS, Control.CPU);
  }

  /** Its environment is empty but for two names, and its memory stays closed. */
  @Override
  public Set<String> shownOfInit() {
    return Set.of("environ", "maps");
  }

  @Override
  public boolean limitsInodes() {
    return false;
  }

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().ociRuntime("runsc");
  }
}
