package io.isoruntime.cli.bench;

import io.isoruntime.conformance.SoakReport;
import java.util.Set;

/**
 * What many executions in one runtime came to, and what they left.
 *
 * @param executions how many there were
 * @param first the times of the first ones, at most a thousand
 * @param last the times of as many at the end
 * @param before this JVM before the first
 * @param after this JVM after the last
 * @param left what is there once the runtime is closed and was not before it was opened
 */
public record Drift(
    int executions,
    Samples first,
    Samples last,
    SoakReport.Figures before,
    SoakReport.Figures after,
    Set<String> left) {
  /** Fewer than this have no first and last ones. */
  public static final int FEWEST = 2;

  private static final int WINDOW = 1_000;

  /** Copies the set. */
  public Drift {
    left = Set.copyOf(left);
  }

  /** Takes the first and the last ones of all times, which are in nanoseconds and in order. */
  static Drift of(
      long[] nanos, SoakReport.Figures before, SoakReport.Figures after, Set<String> left) {
    int window = Math.min(WINDOW, nanos.length / 2);
    Samples first = new Samples();
    Samples last = new Samples();
    for (int i = 0; i < window; i++) {
      first.add(nanos[i]);
      last.add(nanos[nanos.length - window + i]);
    }
    return new Drift(nanos.length, first, last, before, after, left);
  }
}
