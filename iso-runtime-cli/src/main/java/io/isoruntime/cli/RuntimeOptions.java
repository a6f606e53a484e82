package io.isoruntime.cli;

import io.isoruntime.docker.DockerChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which runtime is meant. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RuntimeOptions {
  private static final String PYTHON = "python3";

  @Option(
      names = "--runtime",
      paramLabel = "BACKEND",
      defaultValue = "subprocess",
      converter = Backend.Converter.class,
      description =
          "What makes the sandboxes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). The"
              + " engine of docker is the one that DOCKER_HOST names, or this host's.")
  Backend backend;

  @Option(
      names = "--python",
      paramLabel = "PATH|NAME",
      description =
          "Of subprocess: the interpreter, 3.9 or later. A path, such as a virtual environment's"
              + " bin/python, or a name on the PATH (default: "
              + PYTHON
              + ").")
  @Nullable String python;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description =
          "Of docker: the image of sandboxes, which is never pulled (default: PY_CODE_EXEC_IMAGE,"
              + " else py-code-exec:latest).")
  @Nullable String image;

  @Option(
      names = "--oci-runtime",
      paramLabel = "NAME",
      description =
          "Of docker: an OCI runtime that the engine is configured with, such as runsc (default:"
              + " the engine's own).")
  @Nullable String ociRuntime;

  @Option(
      names = "--channel",
      paramLabel = "CHANNEL",
      converter = ChannelName.class,
      description =
          "Of docker: how sandboxes talk. socket: a Unix socket; attached: the container's standard"
              + " streams; auto: the socket where a probe reaches it (default: auto).")
  @Nullable DockerChannel channel;

  /**
   * Where sandboxes are to be made.
   *
   * @throws UsageException if an option belongs to another back-end, or can't be used
   */
  Target target() {
    return backend == Backend.DOCKER ? docker() : subprocess();
  }

  private Target subprocess() {
    requireAbsent("--image", image);
    requireAbsent("--oci-runtime", ociRuntime);
    requireAbsent("--channel", channel);
    return new Target.Subprocess(python == null ? PYTHON : python);
  }

  private Target docker() {
    requireAbsent("--python", python);
    return new Target.Docker(
        image == null ? Deployment.settings().image() : named("--image", image),
        Optional.ofNullable(ociRuntime).map(name -> named("--oci-runtime", name)),
        channel == null ? DockerChannel.AUTO : channel);
  }

  private void requireAbsent(String flag, @Nullable Object value) {
    if (value != null) {
      Backend other = backend == Backend.DOCKER ? Backend.SUBPROCESS : Backend.DOCKER;
      throw new UsageException(
          "Invalid option '"
              + flag
              + "': --runtime "
              + backend
              + " has no use for it. Leave it out, or say --runtime "
              + other
              + ".");
    }
  }

  /** An empty name is what an unset variable leaves; a control character can be in none. */
  private static String named(String flag, String value) {
    if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
      throw new UsageException(
          "Invalid value for option '" + flag + "': '" + value + "' is no name. Give one.");
    }
    return value;
  }
}
