package io.isoruntime.docker;

import io.isoruntime.conformance.Case;
import io.isoruntime.testkit.plan.ContractPlan;
import io.isoruntime.testkit.plan.Host;
import java.util.List;

/**
 * The cases that attack the channel, on containers that were started ahead of the request; with
 * {@code -Diso.soak=true} all that apply to containers.
 */
class WarmAttackTest extends RuncAttackTest {

  @Override
  DockerRuntime.Builder builder() {
    return super.builder().warmSandboxes(2);
  }

  @Override
  public boolean keepsSandboxesReady() {
    return true;
  }

  @Override
  Host host() {
    return Host.RUNC_WARM;
  }

  @Override
  protected List<Case> cases() {
    return ContractPlan.corpus(Boolean.getBoolean("iso.soak") ? Host.RUNC_SOCKET : host());
  }
}
