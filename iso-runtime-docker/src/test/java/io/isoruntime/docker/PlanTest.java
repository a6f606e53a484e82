package io.isoruntime.docker;

import io.isoruntime.testkit.plan.Host;
import io.isoruntime.testkit.plan.PlanContract;
import java.util.Map;
import java.util.function.Predicate;

/** The plan's hosts whose sandboxes are containers. */
class PlanTest extends PlanContract {

  @Override
  protected Predicate<Host> hosts() {
    return host -> host.platform().hasEngine();
  }

  @Override
  protected Map<Host, Class<?>> contracts() {
    return Map.of(
        Host.RUNC_SOCKET, SocketContractTest.class,
        Host.RUNC_ATTACHED, AttachedContractTest.class,
        Host.RUNC_WARM, WarmContractTest.class,
        Host.GVISOR, GvisorContractTest.class,
        Host.IN_DOCKER, ContainedContract.class,
        Host.IN_DOCKER_UNSHARED, ContainedContract.class);
  }

  @Override
  protected Map<Host, Class<?>> starters() {
    return Map.of(
        Host.IN_DOCKER, DockerInDockerTest.class,
        Host.IN_DOCKER_UNSHARED, DockerInDockerTest.class);
  }

  @Override
  protected Map<Host, Class<?>> corpora() {
    return Map.of(
        Host.RUNC_SOCKET, RuncAttackTest.class,
        Host.RUNC_WARM, WarmAttackTest.class,
        Host.RUNC_SPOILT, RuncSpoiltEngineAttackTest.class,
        Host.GVISOR, GvisorAttackTest.class,
        Host.GVISOR_SPOILT, GvisorSpoiltEngineAttackTest.class);
  }
}
