package io.isoruntime.docs.samples;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Mount;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Settings;
import io.isoruntime.docker.DockerRuntime;
import java.nio.file.Files;

/**
 * A service that runs in a container: {@code DeploymentTest} puts it into one, by the files in
 * deployment/.
 */
public final class DeployedService {
  private DeployedService() {}

  private static final String CODE =
      """
      import os
      print("bundles:", sorted(os.listdir("/mnt/bundles")) if os.path.exists("/mnt/bundles") else "none")
      """;

  // begin service
  public static void main(String[] arguments) {
    Settings settings = Settings.fromEnvironment(); // PY_CODE_EXEC_*, HOST_*, AGENTIC_BUNDLES_ROOT
    SandboxProfile.Builder profile = SandboxProfile.builder();
    if (Files.isDirectory(settings.bundlesRoot())) {
      profile.mounts(Mount.readOnly(settings.bundlesRoot(), "/mnt/bundles"));
    }
    try (Runtime runtime = DockerRuntime.builder().profile(profile.build()).build()) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(CODE).timeout(settings.timeout()).build());
      System.out.println(result.outcome() + " " + result.stdout().text());
    }
  }
  // end service
}
