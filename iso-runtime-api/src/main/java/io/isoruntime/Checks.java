package io.isoruntime;

import java.nio.file.Path;
import java.time.Duration;

/** Checks of the configuration values; each message names the value and what it must be. */
final class Checks {
  private Checks() {}

  static long range(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", not " + value + ".");
    }
    return value;
  }

  static Duration range(String name, Duration value, Duration min, Duration max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException(
          name + " must be from " + min + " to " + max + ", not " + value + ".");
    }
    return value;
  }

  /** The path, normalised as text. */
  static Path absolute(String name, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(name + " must be absolute, not '" + path + "'.");
    }
    return path.normalize();
  }
}
