package io.isoruntime;

import java.time.Duration;

/**
 * What the execution used.
 *
 * @param wall from the program's first instruction to its end
 * @param cpu of all its processes together
 * @param peakMemoryBytes of all its processes together where a cgroup counts it, else of the
 *     largest one; 0 when unknown
 */
public record Usage(Duration wall, Duration cpu, long peakMemoryBytes) {
  /** Nothing was run. */
  public static final Usage NONE = new Usage(Duration.ZERO, Duration.ZERO, 0);
}
