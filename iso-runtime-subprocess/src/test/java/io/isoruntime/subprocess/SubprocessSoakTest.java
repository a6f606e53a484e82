package io.isoruntime.subprocess;

import io.isoruntime.conformance.Subject;
import io.isoruntime.testkit.SoakContract;

/** Many executions on this host's namespaces. */
class SubprocessSoakTest extends SoakContract {

  @Override
  protected Subject subject() {
    return new SubprocessAttackTest();
  }
}
