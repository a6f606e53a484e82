package io.isoruntime.docs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** The engine that tests use: the one that DOCKER_HOST names, or this machine's. */
public final class RealEngine {
  private RealEngine() {}

  /** Skips the caller's test only where no engine is wanted, and never where it must work. */
  public static void require() {
    assumeTrue(
        System.getenv("ISO_NO_DOCKER") == null || System.getenv("ISO_MUST_WORK") != null,
        "no engine is wanted here");
  }

  /** Its socket, here. */
  static Path socket() {
    String address =
        Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///var/run/docker.sock");
    return Path.of(URI.create(address).getPath());
  }
}
