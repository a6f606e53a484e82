package io.isoruntime.cli.doctor;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.docker.DockerChannel;
import java.util.Optional;

/**
 * The engine to examine, and how runtimes on it are made.
 *
 * @param image the image of sandboxes
 * @param ociRuntime the OCI runtime, or empty for the engine's own
 * @param channel how sandboxes are to talk
 * @param opener makes runtimes that require no more than they must
 */
public record EngineSubject(
    String image, Optional<String> ociRuntime, DockerChannel channel, Opener opener) {

  Runtime open() {
    return opener.open(SandboxProfile.defaults(), channel);
  }

  /** Makes a runtime on the engine. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Makes a runtime.
     *
     * @throws io.isoruntime.IsoException if engine or image can't be used
     */
    Runtime open(SandboxProfile profile, DockerChannel channel);
  }
}
