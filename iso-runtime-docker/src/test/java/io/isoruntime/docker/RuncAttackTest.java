package io.isoruntime.docker;

import io.isoruntime.testkit.plan.Host;

/** The corpus on containers that share the host's kernel. */
class RuncAttackTest extends DockerAttackContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime();
  }

  @Override
  Host host() {
    return Host.RUNC_SOCKET;
  }
}
