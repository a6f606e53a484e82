package io.isoruntime.conformance;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;

/** Output that is too much. */
final class BulkTrials {
  private static final SandboxProfile MANY_FILES =
      Attack.SMALL.toBuilder().storageInodes(20_000).build();

  private BulkTrials() {}

  static Finding deepTree(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a07_deep_tree.py").in(MANY_FILES);
    Collected collected =
        // Beyond PATH_MAX is deep enough for who goes down by names.
        Collected.of(stage, attack.with("depth", 600), attack.with("depth", 10_000));
    collected.requireArtifacts(Map.of("deeper/deeper/deeper/honest.txt", "honest"));
    collected.requireRejected(
        Map.of(String.join("/", Collections.nCopies(65, "deeper")), "more than 64 "));
    return collected.held("rejected from 65 directories on", "collecting");
  }

  /** How, an amount that is accepted, and one that is not. */
  private record Excess(String how, long accepted, long refused, String error) {}

  static Finding largeResults(Stage stage) {
    List<Excess> excesses =
        List.of(
            new Excess("large value", 1 << 20, 9 << 20, "the limit is"),
            new Excess("deep value", 100, 100_000, "nested more than"),
            new Excess("large frame", 1 << 20, (1L << 32) - 2, "frame"),
            new Excess("deep frame", 400, 100_000, "not JSON"));
    StringBuilder seen = new StringBuilder();
    for (Excess excess : excesses) {
      ExecutionResult small = stage.run(result(excess.how(), excess.accepted()));
      Unmet.unless(
          small.isCompleted() && small.resultJson() != null,
          () -> "a small one, " + excess + ": " + Describe.result(small));
      ExecutionResult large = stage.run(result(excess.how(), excess.refused()));
      Unmet.unless(
          large.outcome() instanceof Outcome.CodeFailed failed
              && failed.error().message().contains(excess.error())
              && large.resultJson() == null,
          () -> "a large one, " + excess + ": " + Describe.result(large));
      if (large.outcome() instanceof Outcome.CodeFailed failed) {
        seen.append(seen.isEmpty() ? "" : "; ").append(excess.how()).append(": ");
        seen.append(failed.error().message());
      }
    }
    return Finding.held(seen.toString());
  }

  private static Attack result(String how, long size) {
    return Attack.of("files/a08_large_result.py").with("how", how).with("size", size);
  }

  static Finding zipBomb(Stage stage) throws IOException {
    long expanded = 64L << 20;
    ExecutionResult result =
        stage.run(Attack.of("files/a09_zip_bomb.py").with("mebibytes", expanded >> 20));
    Unmet.unless(
        result.isCompleted() && result.artifacts().size() == 1, () -> Describe.result(result));
    Artifact bomb = result.artifacts().get(0);
    Unmet.unless(
        bomb.sha256().equals(result.stdout().text().strip()),
        () -> "it is not what the program wrote: " + bomb);
    long stored = 0;
    for (Path path : Trees.list(result.workspace())) {
      stored += Files.isRegularFile(path) ? Files.size(path) : 0;
    }
    long all = stored;
    Unmet.unless(all < 1 << 20, () -> "the workspace holds " + all + " bytes");
    Unmet.unless(unpacked(bomb.file()) == expanded, "it is no bomb");
    return Finding.held("stored in " + bomb.size() + " bytes; whoever unpacks it gets " + expanded);
  }

  /** How much is in an archive. */
  private static long unpacked(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        ZipInputStream zip = new ZipInputStream(in)) {
      zip.getNextEntry();
      return zip.transferTo(OutputStream.nullOutputStream());
    }
  }

  static Finding manyFiles(Stage stage) {
    ExecutionLimits few = limits(stage, 10, 1 << 20);
    ExecutionResult all = stage.run(files(limits(stage, 25, 1 << 20)));
    Unmet.unless(
        all.isCompleted()
            && all.artifacts().size() == 25
            && all.rejected().isEmpty()
            && all.limit().isEmpty(),
        () -> "with room for all: " + all.artifacts().size() + ", " + Describe.result(all));
    for (ExecutionLimits tight : List.of(few, limits(stage, 25, 10_000))) {
      ExecutionResult result = stage.run(files(tight));
      Unmet.unless(
          result.isCompleted() && result.limit().filter(Limit.ARTIFACTS::equals).isPresent(),
          () -> "beyond the limit: " + Describe.result(result));
      Unmet.unless(
          result.artifacts().size() == 10 && result.rejected().size() == 15,
          () -> "taken " + result.artifacts() + ", rejected " + result.rejected());
      Unmet.unless(
          result.rejected().stream().allMatch(one -> one.reason().startsWith("artifact limit")),
          () -> "rejected " + result.rejected());
    }
    return Finding.held(
        "25 of 25 with room for them; 10 taken, 15 rejected by a limit of count, or of bytes;"
            + " completed, limit artifacts");
  }

  private static Attack files(ExecutionLimits limits) {
    return Attack.of("files/a13_many_files.py")
        .with("files", 25)
        .with("size", 1_000)
        .within(limits);
  }

  private static ExecutionLimits limits(Stage stage, int count, long bytes) {
    return stage.limits().toBuilder().artifactCount(count).artifactBytes(bytes).build();
  }
}
