package io.isoruntime.subprocess;

import io.isoruntime.testkit.plan.Host;
import io.isoruntime.testkit.plan.PlanContract;
import java.util.Map;
import java.util.function.Predicate;

/** The plan's hosts whose sandboxes are processes of this host. */
class PlanTest extends PlanContract {

  @Override
  protected Predicate<Host> hosts() {
    return host -> !host.platform().hasEngine();
  }

  @Override
  protected Map<Host, Class<?>> contracts() {
    return Map.of(
        Host.SUBPROCESS_ROOT, SubprocessRuntimeContractTest.class,
        Host.SUBPROCESS_WARM, WarmContractTest.class,
        Host.SUBPROCESS_DELEGATED, SubprocessRuntimeContractTest.class,
        Host.SUBPROCESS_USER, WithoutACgroupContract.class);
  }

  @Override
  protected Map<Host, Class<?>> starters() {
    return Map.of(
        Host.SUBPROCESS_DELEGATED, OrdinaryUserContractTest.class,
        Host.SUBPROCESS_USER, OrdinaryUserContractTest.class);
  }

  @Override
  protected Map<Host, Class<?>> corpora() {
    return Map.of(
        Host.SUBPROCESS_ROOT, SubprocessAttackTest.class,
        Host.SUBPROCESS_WARM, WarmAttackTest.class,
        Host.SUBPROCESS_DELEGATED, OrdinaryUserAttackTest.class,
        Host.SUBPROCESS_USER, OrdinaryUserAttackTest.class);
  }
}
