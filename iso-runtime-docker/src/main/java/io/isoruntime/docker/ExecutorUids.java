package io.isoruntime.docker;

import java.util.BitSet;
import java.util.OptionalLong;

/**
 * The user ids of concurrent executors: a distinct one for each, since the kernel has limits and
 * pools that it counts by user. Among the services of one engine the container's name reserves the
 * id; this only spares trying those that are taken here. Thread-safe.
 */
final class ExecutorUids {
  private final long first;
  private final int count;
  private final long avoided;
  private final BitSet taken;

  /**
   * A range.
   *
   * @param avoided this service's own user id, never given away
   */
  ExecutorUids(long first, int count, long avoided) {
    this.first = first;
    this.count = count;
    this.avoided = avoided;
    this.taken = new BitSet(count);
  }

  /** The lowest id at or above this one that is free here. */
  synchronized OptionalLong take(long atLeast) {
    int index = (int) Math.max(0, Math.min(count, atLeast - first));
    for (index = taken.nextClearBit(index); index < count; index = taken.nextClearBit(index + 1)) {
      if (first + index != avoided) {
        taken.set(index);
        return OptionalLong.of(first + index);
      }
    }
    return OptionalLong.empty();
  }

  synchronized void free(long uid) {
    taken.clear((int) (uid - first));
  }

  long first() {
    return first;
  }

  int count() {
    return count;
  }
}
