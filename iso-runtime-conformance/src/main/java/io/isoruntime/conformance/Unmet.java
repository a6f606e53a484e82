package io.isoruntime.conformance;

import java.util.function.Supplier;

/** A requirement of a case was not met. */
final class Unmet extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unmet(String evidence) {
    super(evidence);
  }

  /** Does nothing if all is as required. */
  static void unless(boolean met, Supplier<String> evidence) {
    if (!met) {
      throw new Unmet(evidence.get());
    }
  }

  /** The same with an evidence that costs nothing. */
  static void unless(boolean met, String evidence) {
    unless(met, () -> evidence);
  }
}
