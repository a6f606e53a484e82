package io.isoruntime.docker;

import io.isoruntime.conformance.Subject;
import io.isoruntime.testkit.SoakContract;

/** Many executions in containers: fewer, since each takes an engine most of a second. */
class RuncSoakTest extends SoakContract {

  @Override
  protected Subject subject() {
    TestEngine.require();
    return new RuncAttackTest();
  }

  @Override
  protected int executions() {
    return super.executions() / 4;
  }
}
