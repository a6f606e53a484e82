package io.isoruntime.docker;

import io.isoruntime.testkit.FilesContract;
import io.isoruntime.testkit.IsolationContract;
import io.isoruntime.testkit.LifecycleContract;
import org.junit.jupiter.api.Tag;

/** The themes in which containers that were started ahead of the request may differ. */
@Tag("engines")
class WarmContractTest extends DockerContract
    implements FilesContract, LifecycleContract, IsolationContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime().warmSandboxes(2);
  }
}
