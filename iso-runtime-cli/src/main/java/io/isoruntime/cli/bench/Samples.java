package io.isoruntime.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Durations of one contender, in nanoseconds. Not thread-safe. */
public final class Samples {
  private static final double MILLION = 1e6;
  private final List<Long> nanos = new ArrayList<>();

  /** Adds one. */
  public void add(long duration) {
    nanos.add(duration);
  }

  /** How many there are. */
  public int count() {
    return nanos.size();
  }

  /** All, in the order of their coming, in milliseconds. */
  public List<Double> millis() {
    return nanos.stream().map(one -> one / MILLION).toList();
  }

  /** The median in milliseconds. */
  public double median() {
    return percentile(50);
  }

  /**
   * The smallest one that so many percent do not exceed, in milliseconds (nearest rank).
   *
   * @param percent from 1 to 100
   */
  public double percentile(int percent) {
    if (nanos.isEmpty()) {
      throw new IllegalStateException("There is no sample.");
    }
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
    return sorted.get(Math.max(0, rank - 1)) / MILLION;
  }
}
