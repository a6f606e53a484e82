package io.isoruntime.cli.bench;

/**
 * What was measured, and what it should be.
 *
 * @param key its name in reports
 * @param value what was measured
 * @param target its bound
 * @param atMost whether the bound is an upper one
 */
public record Figure(String key, double value, double target, boolean atMost) {

  /** Whether the bound is kept. */
  public boolean isMet() {
    return atMost ? value <= target : value >= target;
  }
}
