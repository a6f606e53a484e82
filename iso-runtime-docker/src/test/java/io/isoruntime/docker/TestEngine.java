package io.isoruntime.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The engine and the image of the tests. Without them nothing is skipped where it must work. */
final class TestEngine {
  static final String IMAGE =
      Optional.ofNullable(System.getenv("ISO_TEST_IMAGE")).orElse("py-code-exec:latest");

  private TestEngine() {}

  /** Skips the caller's test where no engine is wanted; where one must be there, it is used. */
  static void require() {
    if (System.getenv("ISO_MUST_WORK") == null) {
      assumeTrue(System.getenv("ISO_NO_DOCKER") == null, "no engine is wanted here");
      assumeTrue(
          System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")),
          "no engine is here");
    }
  }

  /** A runtime on the test image. */
  static DockerRuntime.Builder runtime() {
    return DockerRuntime.builder().image(IMAGE);
  }
}
