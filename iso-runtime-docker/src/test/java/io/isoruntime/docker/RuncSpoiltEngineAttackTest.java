package io.isoruntime.docker;

import io.isoruntime.testkit.plan.Host;

/** Containers that share the host's kernel, on an engine that is spoilt. */
class RuncSpoiltEngineAttackTest extends SpoiltEngineAttackContract {

  @Override
  String ociRuntime() {
    return "runc";
  }

  @Override
  Host host() {
    return Host.RUNC_SPOILT;
  }
}
