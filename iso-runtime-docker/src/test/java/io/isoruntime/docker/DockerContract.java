package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.testkit.ContractSupport;
import org.junit.jupiter.api.BeforeAll;

/** Themes of the contract on a real engine; a subclass names them and builds the runtime. */
abstract class DockerContract extends ContractSupport {

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
