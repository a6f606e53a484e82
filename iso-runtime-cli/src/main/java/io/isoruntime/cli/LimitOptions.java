package io.isoruntime.cli;

import io.isoruntime.ExecutionLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that limit one execution. */
final class LimitOptions {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationText.class,
      description =
          "From the program's first instruction to its end, 1ms to 7d (default:"
              + " PY_CODE_EXEC_TIMEOUT, else 600s).")
  @Nullable Duration timeout;

  @Option(
      names = "--cpu-time",
      paramLabel = "TIME",
      converter = DurationText.class,
      description = "CPU time of all its processes together, 1ms to 7d (default: no limit).")
  @Nullable Duration cpuTime;

  @Option(
      names = "--max-output",
      paramLabel = "SIZE",
      defaultValue = "1m",
      converter = ByteSize.class,
      description =
          "What is kept of stdout and of stderr, half from the head and half from the tail, 1k to"
              + " 1g (default: ${DEFAULT-VALUE}).")
  long maxOutput;

  /**
   * The limits.
   *
   * @throws UsageException if a value is out of its range
   */
  ExecutionLimits limits() {
    ExecutionLimits.Builder limits = ExecutionLimits.builder();
    Duration wall = timeout == null ? Deployment.settings().timeout() : timeout;
    UsageException.naming("--timeout", () -> limits.wallTime(wall));
    Duration cpu = cpuTime;
    if (cpu != null) {
      UsageException.naming("--cpu-time", () -> limits.cpuTime(cpu));
    }
    UsageException.naming("--max-output", () -> limits.outputBytes(maxOutput));
    return limits.build();
  }
}
