package io.isoruntime.supervisor.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Resources used by all processes of the sandbox together, as the host counts them.
 *
 * @param cpu CPU time, where counted
 * @param peakMemoryBytes highest memory use, where counted
 * @param outOfMemoryKills processes that the kernel killed for exceeding the memory limit
 * @param deniedForks forks that failed at the process limit
 */
public record Consumption(
    Optional<Duration> cpu, OptionalLong peakMemoryBytes, long outOfMemoryKills, long deniedForks) {
  /** Nothing is counted. */
  public static final Consumption UNKNOWN =
      new Consumption(Optional.empty(), OptionalLong.empty(), 0, 0);

  /** These numbers, and where one is not counted the other's. */
  public Consumption or(Consumption other) {
    return new Consumption(
        cpu.or(other::cpu),
        peakMemoryBytes.isPresent() ? peakMemoryBytes : other.peakMemoryBytes,
        Math.max(outOfMemoryKills, other.outOfMemoryKills),
        Math.max(deniedForks, other.deniedForks));
  }
}
