package io.isoruntime.conformance;

import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Trials that fill storage. */
final class StorageTrials {
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);
  private static final int MILLION = 1_000_000;

  /** Three times what the sandbox is given. */
  private static final int UNCOUNTED_FILES = 6_000;

  private StorageTrials() {}

  static Finding fill(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r05_fill_output.py");
    Finding full = errno("ENOSPC", stage, attack);
    ExecutionResult result = stage.run(attack.with("careless", true));
    Unmet.unless(
        result.outcome() instanceof Outcome.CodeFailed failed
            && failed.error().message().contains("No space left")
            && result.limit().equals(Optional.of(Limit.STORAGE)),
        () -> "storage is not named: " + Describe.result(result));
    return new Finding(full.verdict(), full.evidence() + "; else an OSError, limit storage");
  }

  /** What the kernel says must be this, and the free run must have worked. */
  private static Finding errno(String errno, Stage stage, Attack attack)
      throws IOException, InterruptedException {
    HostPython.Shown shown = stage.show(attack);
    ExecutionResult result = stage.run(attack);
    for (Attempt attempt : Attempts.of(result.stdout().text()).values()) {
      Unmet.unless(
          result.isCompleted() && attempt.evidence().equals(errno),
          () -> "not " + errno + ": " + Describe.result(result));
    }
    return stage.judge(shown, result);
  }

  static Finding manyFiles(Stage stage) throws IOException, InterruptedException {
    boolean counted = stage.platform() != Platform.DOCKER_GVISOR;
    Attack attack =
        Attack.of("resources/r06_many_files.py").with("files", counted ? MILLION : UNCOUNTED_FILES);
    HostPython.Shown shown = stage.show(attack);
    LiveRun run = stage.live(attack);
    ExecutionResult result = run.result();
    Duration after = run.sinceStart().minus(result.usage().wall());
    Unmet.unless(
        result.isCompleted() && after.compareTo(stage.allow(CLEAN_UP)) < 0,
        () -> "cleaned up in " + after.toMillis() + " ms: " + Describe.result(result));
    String cleanUp = "cleaned up in " + after.toMillis() + " ms";
    if (!counted) {
      return Finding.held("gVisor counts no inodes; " + UNCOUNTED_FILES + " files " + cleanUp);
    }
    Finding finding = stage.judge(shown, result);
    Unmet.unless(
        result.limit().equals(Optional.of(Limit.STORAGE)),
        () -> "storage is not named: " + Describe.result(result));
    return new Finding(finding.verdict(), finding.evidence() + "; " + cleanUp);
  }

  static Finding unlinked(Stage stage) throws IOException, InterruptedException {
    return errno("ENOSPC", stage, Attack.of("resources/r07_unlinked.py"));
  }

  /** Where the largest file may be that large, collecting it is what must not be done. */
  static Finding sparse(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r08_sparse.py");
    Finding limited = errno("EFBIG", stage, attack);
    SandboxProfile vast = Attack.SMALL.toBuilder().fileBytes(1L << 40).build();
    ExecutionResult result = stage.run(attack.in(vast));
    Unmet.unless(
        result.artifacts().isEmpty()
            && result.rejected().size() == 1
            && result.rejected().get(0).reason().contains("1099511627776 bytes"),
        () -> "it was not refused by its size: " + result.rejected() + Describe.result(result));
    return new Finding(
        limited.verdict(), limited.evidence() + "; else rejected: " + result.rejected());
  }
}
