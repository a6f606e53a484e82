package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What the trusted side of a sandbox needs for what a program left. */
final class WalkTrials {
  /** More than the 100 000 that init looks at, so that a million would be no more to it. */
  private static final int ENTRIES = 110_000;

  /** A fraction of what as many entries take of a Python that lists them. */
  private static final long MOST_KIB = 4 * 1024;

  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final SandboxProfile ROOMY =
      Attack.SMALL.toBuilder().memoryBytes(512L << 20).storageInodes(200_000).build();

  private WalkTrials() {}

  /** A result, and the most memory that a process of the sandbox was seen to take. */
  private record Measured(ExecutionResult result, long peakKib) {}

  static Finding manyEntries(Stage stage) {
    Measured few = run(stage, 10);
    Unmet.unless(
        few.result().isCompleted() && few.result().notes().isEmpty(),
        () -> "few: " + Describe.result(few.result()));
    Measured many = run(stage, ENTRIES);
    ExecutionResult result = many.result();
    Unmet.unless(result.isCompleted(), () -> "many: " + Describe.result(result));
    Unmet.unless(
        result.artifacts().size() == 1,
        () -> "taken " + result.artifacts() + ", " + result.notes());
    Unmet.unless(
        result.rejected().size() == 1_000
            && result.notes().toString().contains("beyond 100,000 entries"),
        () -> result.rejected().size() + " rejected, " + result.notes());
    long growth = many.peakKib() - few.peakKib();
    Unmet.unless(growth < MOST_KIB, () -> "init took " + growth + " KiB more");
    return Finding.held(
        "1000 of "
            + ENTRIES
            + " names rejected, then told that there is more; "
            + (many.peakKib() == 0
                ? "memory is not to be seen from here"
                : "the largest process took " + growth + " KiB more than for 10 names"));
  }

  private static Measured run(Stage stage, int entries) {
    Attack attack = Attack.of("files/a16_million_entries.py").with("entries", entries).in(ROOMY);
    Runtime runtime = stage.runtime(ROOMY);
    Execution execution = runtime.start(stage.request(attack).in(stage.workspace(runtime)).build());
    CompletableFuture<ExecutionResult> result = execution.result().toCompletableFuture();
    long peak = 0;
    while (!result.isDone()) {
      peak = Math.max(peak, peakKib());
      LockSupport.parkNanos(PACE_NANOS);
    }
    return new Measured(result.join(), peak);
  }

  /** Of this JVM's children; a container's processes are an engine's. */
  private static long peakKib() {
    return ProcessHandle.current().descendants().mapToLong(WalkTrials::peakKib).max().orElse(0);
  }

  private static long peakKib(ProcessHandle process) {
    if (process.info().command().equals(ProcessHandle.current().info().command())) {
      return 0; // one that is just being started, and has our memory until it has its own
    }
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findAny()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it has ended
    }
  }
}
