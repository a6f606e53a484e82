package io.isoruntime.subprocess;

import io.isoruntime.conformance.Case;
import io.isoruntime.testkit.plan.ContractPlan;
import io.isoruntime.testkit.plan.Host;
import java.util.List;
import org.junit.jupiter.api.Tag;

/**
 * The cases that can meet a sandbox that was created ahead of the request; with {@code
 * -Diso.soak=true} all that apply to root's namespaces.
 */
@Tag("long")
class WarmAttackTest extends SubprocessAttackTest {
  @Override
  public boolean keepsSandboxesReady() {
    return true;
  }

  @Override
  protected List<Case> cases() {
    return Boolean.getBoolean("iso.soak")
        ? ContractPlan.corpus(Host.SUBPROCESS_ROOT)
        : super.cases();
  }
}
