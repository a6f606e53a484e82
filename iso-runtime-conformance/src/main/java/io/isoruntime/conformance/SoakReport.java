package io.isoruntime.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What many executions came to, and what is left of them.
 *
 * @param executions how many there were, without those that warmed up
 * @param programs how often each program was run, by name; and how many were cancelled
 * @param unexpected results that are not as they must be: the first few, for people
 * @param left what was there afterwards and not before, for people; of the host as well as of this
 *     JVM
 * @param before this JVM after the warm-up
 * @param after this JVM after all of them
 * @param took how long they took
 */
public record SoakReport(
    int executions,
    Map<String, Integer> programs,
    List<String> unexpected,
    Set<String> left,
    Figures before,
    Figures after,
    Duration took) {

  /**
   * Of this JVM, at rest.
   *
   * @param heapBytes what its objects take
   * @param threads how many live, idle ones of pools included
   * @param descriptors how many are open, those of class files apart
   */
  public record Figures(long heapBytes, int threads, int descriptors) {
    /** Those of now, after garbage is collected. */
    public static Figures now() {
      return new Figures(Heap.usedBytes(), Thread.getAllStackTraces().size(), Traces.descriptors());
    }
  }
}
