package io.isoruntime.subprocess;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.testkit.ContractSupport;
import io.isoruntime.testkit.FilesContract;
import io.isoruntime.testkit.IsolationContract;
import io.isoruntime.testkit.LifecycleContract;
import io.isoruntime.testkit.OutcomeContract;
import io.isoruntime.testkit.ProgramContract;
import io.isoruntime.testkit.ToolsContract;
import org.junit.jupiter.api.Tag;

/** The themes in which sandboxes that were created ahead of the request may differ. */
@Tag("once")
class WarmContractTest extends ContractSupport
    implements OutcomeContract,
        ProgramContract,
        FilesContract,
        ToolsContract,
        LifecycleContract,
        IsolationContract {
  @Override
  public Runtime open(SandboxProfile profile) {
    return SubprocessRuntime.builder().profile(profile).warmSandboxes(2).build();
  }
}
