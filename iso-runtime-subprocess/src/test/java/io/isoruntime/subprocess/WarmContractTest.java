package io.isoruntime.subprocess;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.testkit.RuntimeContract;

/** The contract of all back-ends, on sandboxes that were made ahead. */
class WarmContractTest extends RuntimeContract {
  @Override
  public Runtime open(SandboxProfile profile) {
    return SubprocessRuntime.builder().profile(profile).warmSandboxes(2).build();
  }
}
