package io.isoruntime.docs.samples;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Platform;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.testkit.AttackContract;
import java.util.Set;

// begin contract
/** Surefire runs it if its name ends in Test. */
class ServiceAttacks extends AttackContract {

  @Override
  public Runtime open(SandboxProfile profile, Set<Control> waived) {
    return SubprocessRuntime.builder()
        .profile(profile)
        .allowDegraded(waived.toArray(Control[]::new))
        .build();
  }

  @Override
  public Platform platform() {
    return Platform.SUBPROCESS_ROOT;
  }
}
// end contract
