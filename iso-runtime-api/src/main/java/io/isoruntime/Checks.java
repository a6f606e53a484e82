package io.isoruntime;

import java.time.Duration;

/** Range checks of the configuration values; each message names the value and its range. */
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
}
