package io.isoruntime.cli.bench;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What executions took as one thing grew.
 *
 * @param axis what grew
 * @param samples by size; without those sizes that could not be run
 */
public record Growth(GrowthAxis axis, SortedMap<Integer, Samples> samples) {
  private static final int ONE = 1;
  private static final int THOUSAND = 1_000;
  private static final double TARGET_MILLIS = 5;

  /** Copies the map. */
  public Growth {
    samples = Collections.unmodifiableSortedMap(new TreeMap<>(samples));
  }

  /** The median of this size over that of the smallest one. */
  double ratio(int size) {
    return of(size).median() / of(samples.firstKey()).median();
  }

  /** What a thousand tools add to the median that one tool has, if both were run. */
  static Optional<Figure> thousandTools(List<Growth> all) {
    return all.stream()
        .filter(growth -> growth.axis == GrowthAxis.TOOLS)
        .filter(growth -> growth.samples.keySet().containsAll(List.of(ONE, THOUSAND)))
        .map(growth -> growth.of(THOUSAND).median() - growth.of(ONE).median())
        .map(added -> new Figure("thousandToolsAddMillis", added, TARGET_MILLIS, true))
        .findFirst();
  }

  private Samples of(int size) {
    Samples found = samples.get(size);
    if (found == null) {
      throw new IllegalArgumentException("There was no execution with " + size + " " + axis.key());
    }
    return found;
  }
}
