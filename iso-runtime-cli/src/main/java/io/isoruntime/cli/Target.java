package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.DockerPlacement;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.toolhost.Placement;
import io.isoruntime.toolhost.ToolHost;
import java.util.ArrayList;
import java.util.List;
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
  Runtime open(SandboxProfile profile, Set<Control> waived, int warmSandboxes);

  /** Where the tools of Python bundles run. */
  Placement toolHosts();

  /** The options that say so on a command line. */
  List<String> arguments();

  /**
   * The same with another interpreter or image.
   *
   * @param base which one
   */
  Target on(String base);

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
    public Runtime open(SandboxProfile profile, Set<Control> waived, int warmSandboxes) {
      return SubprocessRuntime.builder()
          .interpreter(python)
          .profile(profile)
          .allowDegraded(waived.toArray(Control[]::new))
          .warmSandboxes(warmSandboxes)
          .build();
    }

    @Override
    public Placement toolHosts() {
      return ToolHost.subprocess(python);
    }

    @Override
    public List<String> arguments() {
      return List.of("--runtime", backend().label(), "--python", python);
    }

    @Override
    public Target on(String base) {
      return new Subprocess(base);
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
    public Runtime open(SandboxProfile profile, Set<Control> waived, int warmSandboxes) {
      DockerRuntime.Builder builder =
          DockerRuntime.builder()
              .image(image)
              .channel(channel)
              .profile(profile)
              .allowDegraded(waived.toArray(Control[]::new))
              .warmSandboxes(warmSandboxes);
      ociRuntime.ifPresent(builder::ociRuntime);
      return builder.build();
    }

    @Override
    public Placement toolHosts() {
      return DockerPlacement.builder().image(image).build();
    }

    @Override
    public List<String> arguments() {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "--runtime",
                  backend().label(),
                  "--image",
                  image,
                  "--channel",
                  ChannelName.of(channel)));
      ociRuntime.ifPresent(name -> arguments.addAll(List.of("--oci-runtime", name)));
      return arguments;
    }

    @Override
    public Target on(String base) {
      return new Docker(base, ociRuntime, channel);
    }

    Docker over(DockerChannel other) {
      return new Docker(image, ociRuntime, other);
    }
  }
}
