package embedder;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.testkit.RuntimeContract;

/** The published contract holds for the published back-end, outside the library's own build. */
class RuntimeTest extends RuntimeContract {
  @Override
  public Runtime open(SandboxProfile profile) {
    return SubprocessRuntime.builder().profile(profile).build();
  }
}
