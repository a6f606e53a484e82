package io.isoruntime.conformance;

/** What this JVM's reachable objects take. */
final class Heap {
  private static final int ROUNDS_WITHOUT_LESS = 3;
  private static final long LESS_BYTES = 64 * 1024;

  private Heap() {}

  /** Collects garbage until that frees nothing more: what a cleaner frees, goes one round later. */
  static long usedBytes() {
    long least = Long.MAX_VALUE;
    for (int rounds = 0; rounds < ROUNDS_WITHOUT_LESS; rounds++) {
      System.gc();
      java.lang.Runtime jvm = java.lang.Runtime.getRuntime();
      long used = jvm.totalMemory() - jvm.freeMemory();
      if (used < least - LESS_BYTES) {
        rounds = -1;
      }
      least = Math.min(least, used);
    }
    return least;
  }
}
