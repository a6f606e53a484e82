package io.isoruntime.docker;

import io.isoruntime.conformance.Subject;
import io.isoruntime.testkit.SoakContract;

/** Few executions under gVisor, which takes seconds for each. */
class GvisorSoakTest extends SoakContract {

  @Override
  protected Subject subject() {
    TestEngine.require();
    return new GvisorAttackTest();
  }

  @Override
  protected int executions() {
    return super.executions() / 10;
  }
}
