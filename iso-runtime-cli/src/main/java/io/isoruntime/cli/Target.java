package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.util.Optional;
import java.util.Set;

/** Where sandboxes are to be made: a back-end and what only it needs to know. */
sealed interface Target {

  /** Which back-end it is. */
  Backend backend();

  /**
   * Makes a runtime.
   *
   * @throws io.isoruntime.IsoException if the host is not ready for it
   */
  Runtime open(SandboxProfile profile, Set<Control> waived);

  /**
   * This host.
   *
   * @param python the interpreter: a path, or a name on the PATH
   */
  record Subprocess(String python) implements Target {
    @Override
    public Backend backend() {
      return Backend.SUBPROCESS;
    }

    @Override
    public Runtime open(SandboxProfile profile, Set<Control> waived) {
      return SubprocessRuntime.builder()
          .interpreter(python)
          .profile(profile)
          .allowDegraded(waived.toArray(Control[]::new))
          .build();
    }
  }

  /**
   * The engine that DOCKER_HOST names.
   *
   * @param image the image of sandboxes
   * @param ociRuntime such as {@code runsc}, or empty for the engine's own
   * @param channel how sandboxes talk
   */
  record Docker(String image, Optional<String> ociRuntime, DockerChannel channel)
      implements Target {
    @Override
    public Backend backend() {
      return Backend.DOCKER;
    }

    @Override
    public Runtime open(SandboxProfile profile, Set<Control> waived) {
      DockerRuntime.Builder builder =
          DockerRuntime.builder()
              .image(image)
              .channel(channel)
              .profile(profile)
              .allowDegraded(waived.toArray(Control[]::new));
      ociRuntime.ifPresent(builder::ociRuntime);
      return builder.build();
    }

    Docker over(DockerChannel other) {
      return new Docker(image, ociRuntime, other);
    }
  }
}
