package io.isoruntime.docker;

import io.isoruntime.testkit.FilesContract;
import io.isoruntime.testkit.LifecycleContract;
import io.isoruntime.testkit.ToolsContract;
import org.junit.jupiter.api.Tag;

/** Containers of the engine's own runtime whose standard streams are the channel. */
@Tag("engines")
class AttachedContractTest extends DockerContract
    implements FilesContract, ToolsContract, LifecycleContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().channel(DockerChannel.ATTACHED);
  }
}
