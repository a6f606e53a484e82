package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.testkit.RuntimeContract;
import org.junit.jupiter.api.BeforeAll;

/** The contract of all back-ends on a real engine; a subclass chooses the way of talking. */
abstract class DockerContract extends RuntimeContract {

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  abstract DockerRuntime.Builder builder();

  @Override
  public Runtime open(SandboxProfile profile) {
    return builder().profile(profile).allowDegraded(waived().toArray(Control[]::new)).build();
  }
}
