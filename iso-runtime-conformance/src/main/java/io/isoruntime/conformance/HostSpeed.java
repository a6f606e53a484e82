package io.isoruntime.conformance;

import io.isoruntime.ExecutionLimits;
import java.time.Duration;

/**
 * How slow a host is, beside the one on which the times of the corpus were chosen: from 1, for that
 * host and any that is faster, to 20. A time that is only there so that a trial ends, or that
 * forgives a busy host, grows with it. Immutable.
 *
 * @param factor how many times longer than usual a piece of work takes
 */
record HostSpeed(double factor) {
  /** The host on which the times were chosen. */
  static final HostSpeed USUAL = new HostSpeed(1);

  /**
   * A fixed piece of work, for a sandbox. It takes longer than the period of a CPU quota, 100 ms:
   * otherwise a throttled host would pass for a fast one.
   */
  static final String WORK = "sum(number * number for number in range(4_000_000))";

  /** What the work takes on an idle core of the usual host. */
  private static final Duration USUAL_WORK = Duration.ofMillis(200);

  /** Beyond that a host is no place to try the corpus: a case that hangs would take hours. */
  private static final double MOST = 20;

  private static final ExecutionLimits USUAL_LIMITS =
      ExecutionLimits.builder().wallTime(Duration.ofSeconds(20)).build();

  HostSpeed {
    if (!(factor >= 1 && factor <= MOST)) {
      throw new IllegalArgumentException("no factor from 1 to " + MOST + ": " + factor);
    }
  }

  /** That of a host on which {@link #WORK} took so long. */
  static HostSpeed of(Duration work) {
    double factor = (double) work.toNanos() / USUAL_WORK.toNanos();
    return new HostSpeed(Math.min(Math.max(factor, 1), MOST));
  }

  /** As long as this host needs for what the usual one does in that time. */
  Duration allow(Duration usual) {
    return Duration.ofMillis(Math.round(usual.toMillis() * factor));
  }

  /** Enough for every program that ends by itself. */
  ExecutionLimits limits() {
    return USUAL_LIMITS.toBuilder()
        .wallTime(allow(USUAL_LIMITS.wallTime()))
        .startTime(allow(USUAL_LIMITS.startTime()))
        .toolCallTime(allow(USUAL_LIMITS.toolCallTime()))
        .build();
  }
}
