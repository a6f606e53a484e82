package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one execution; those of the sandbox itself are in {@link SandboxProfile}.
 * Immutable.
 */
public final class ExecutionLimits {
  private static final long MIB = 1024 * 1024;
  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration WEEK = Duration.ofDays(7);
  private static final ExecutionLimits DEFAULTS = new Builder().build();

  private final Duration wallTime;
  private final @Nullable Duration cpuTime;
  private final Duration startTime;
  private final long outputBytes;
  private final int artifactCount;
  private final long artifactBytes;
  private final Duration toolCallTime;
  private final int parallelToolCalls;
  private final int toolCalls;

  private ExecutionLimits(Builder builder) {
    wallTime = builder.wallTime;
    cpuTime = builder.cpuTime;
    startTime = builder.startTime;
    outputBytes = builder.outputBytes;
    artifactCount = builder.artifactCount;
    artifactBytes = builder.artifactBytes;
    toolCallTime = builder.toolCallTime;
    parallelToolCalls = builder.parallelToolCalls;
    toolCalls = builder.toolCalls;
  }

  /**
   * 600 s wall time, no CPU-time limit of its own, 30 s to get a sandbox, 1 MiB kept of each output
   * stream, 1 000 artifacts of 256 MiB together, 60 s for a tool call, 64 tool calls at once, 10
   * 000 in all.
   */
  public static ExecutionLimits defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.wallTime = wallTime;
    builder.cpuTime = cpuTime;
    builder.startTime = startTime;
    builder.outputBytes = outputBytes;
    builder.artifactCount = artifactCount;
    builder.artifactBytes = artifactBytes;
    builder.toolCallTime = toolCallTime;
    builder.parallelToolCalls = parallelToolCalls;
    builder.toolCalls = toolCalls;
    return builder;
  }

  /** From the program's first instruction to its end; beyond it, {@link Outcome.TimedOut}. */
  public Duration wallTime() {
    return wallTime;
  }

  /** CPU time of all the program's processes together; beyond it, {@link Limit#CPU}. */
  public Optional<Duration> cpuTime() {
    return Optional.ofNullable(cpuTime);
  }

  /** How long the sandbox may take to be made and attested, before the program starts. */
  public Duration startTime() {
    return startTime;
  }

  /** Bytes kept of each of stdout and stderr: half from its head, half from its tail. */
  public long outputBytes() {
    return outputBytes;
  }

  /** How many artifacts are collected; the excess is rejected by name. */
  public int artifactCount() {
    return artifactCount;
  }

  /** Bytes of all artifacts together; what would exceed them is rejected by name. */
  public long artifactBytes() {
    return artifactBytes;
  }

  /** Deadline of one tool call, unless the tool has its own. */
  public Duration toolCallTime() {
    return toolCallTime;
  }

  /** Tool calls handled at once; as many again wait, the excess is answered {@code BUSY}. */
  public int parallelToolCalls() {
    return parallelToolCalls;
  }

  /**
   * Tool calls in all; those beyond are refused, and a program that goes on until twice as many is
   * ended.
   */
  public int toolCalls() {
    return toolCalls;
  }

  /** Collects limits; each setter checks its range at once. Not thread-safe. */
  public static final class Builder {
    private Duration wallTime = Duration.ofSeconds(600);
    private @Nullable Duration cpuTime;
    private Duration startTime = Duration.ofSeconds(30);
    private long outputBytes = MIB;
    private int artifactCount = 1_000;
    private long artifactBytes = 256 * MIB;
    private Duration toolCallTime = Duration.ofSeconds(60);
    private int parallelToolCalls = 64;
    private int toolCalls = 10_000;

    private Builder() {}

    /** Sets {@link ExecutionLimits#wallTime()}: 1 ms to 7 days. */
    public Builder wallTime(Duration wallTime) {
      this.wallTime = Checks.range("wallTime", wallTime, MILLI, WEEK);
      return this;
    }

    /** Sets {@link ExecutionLimits#cpuTime()}: 1 ms to 7 days. */
    public Builder cpuTime(Duration cpuTime) {
      this.cpuTime = Checks.range("cpuTime", requireNonNull(cpuTime), MILLI, WEEK);
      return this;
    }

    /** Sets {@link ExecutionLimits#startTime()}: 1 ms to 7 days. */
    public Builder startTime(Duration startTime) {
      this.startTime = Checks.range("startTime", startTime, MILLI, WEEK);
      return this;
    }

    /** Sets {@link ExecutionLimits#outputBytes()}: 1 KiB to 1 GiB. */
    public Builder outputBytes(long outputBytes) {
      this.outputBytes = Checks.range("outputBytes", outputBytes, 1024, 1024 * MIB);
      return this;
    }

    /** Sets {@link ExecutionLimits#artifactCount()}: 0 to 1 000 000. */
    public Builder artifactCount(int artifactCount) {
      this.artifactCount = (int) Checks.range("artifactCount", artifactCount, 0, 1_000_000);
      return this;
    }

    /** Sets {@link ExecutionLimits#artifactBytes()}: 0 to 1 TiB. */
    public Builder artifactBytes(long artifactBytes) {
      this.artifactBytes = Checks.range("artifactBytes", artifactBytes, 0, 1024 * 1024 * MIB);
      return this;
    }

    /** Sets {@link ExecutionLimits#toolCallTime()}: 1 ms to 7 days. */
    public Builder toolCallTime(Duration toolCallTime) {
      this.toolCallTime = Checks.range("toolCallTime", toolCallTime, MILLI, WEEK);
      return this;
    }

    /** Sets {@link ExecutionLimits#parallelToolCalls()}: 1 to 10 000. */
    public Builder parallelToolCalls(int parallelToolCalls) {
      this.parallelToolCalls =
          (int) Checks.range("parallelToolCalls", parallelToolCalls, 1, 10_000);
      return this;
    }

    /** Sets {@link ExecutionLimits#toolCalls()}: 0 to 1 000 000. */
    public Builder toolCalls(int toolCalls) {
      this.toolCalls = (int) Checks.range("toolCalls", toolCalls, 0, 1_000_000);
      return this;
    }

    /** Builds the limits. */
    public ExecutionLimits build() {
      return new ExecutionLimits(this);
    }
  }
}
