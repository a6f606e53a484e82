package io.isoruntime.conformance;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/** How far this JVM's heap grew, garbage included. */
final class HeapPeak {
  private final List<MemoryPoolMXBean> pools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .toList();
  private final long before;

  private HeapPeak() {
    pools.forEach(MemoryPoolMXBean::resetPeakUsage);
    before = pools.stream().mapToLong(pool -> pool.getUsage().getUsed()).sum();
  }

  /** Begins to watch. */
  static HeapPeak watched() {
    return new HeapPeak();
  }

  /** Requires that it never held so many MiB more than it did at the beginning. */
  void requireLessThan(long mebibytes) {
    long peak = pools.stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum();
    Unmet.unless(
        peak - before < mebibytes << 20,
        () -> "the heap grew by " + ((peak - before) >> 20) + " MiB");
  }
}
