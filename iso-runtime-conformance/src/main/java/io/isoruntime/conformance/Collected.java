package io.isoruntime.conformance;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionResult;
import io.isoruntime.RejectedArtifact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What one program left in its output directory, taken twice: of the program without a sandbox by a
 * collector that follows paths, and of the program in a sandbox by the runtime.
 *
 * @param naive what the naive collector told of each name
 * @param whyNot why it could not be tried, if so
 * @param result what the runtime took
 */
record Collected(Map<String, Attempt> naive, Optional<String> whyNot, ExecutionResult result) {
  private static final String COLLECTOR = "files/naive_collector.py";

  /** Takes both; the program must run to its end in the sandbox. */
  static Collected of(Stage stage, Attack attack) throws IOException, InterruptedException {
    return of(stage, attack, attack);
  }

  /** The same with other parameters without a sandbox than in one. */
  static Collected of(Stage stage, Attack free, Attack caged)
      throws IOException, InterruptedException {
    Path place = stage.temporaryDirectory();
    stage.show(free, place);
    HostPython.Shown taken = naively(stage, place.resolve("out"), stage.temporaryDirectory());
    ExecutionResult result = stage.run(caged);
    Unmet.unless(result.isCompleted(), () -> "the program ended " + Describe.result(result));
    return new Collected(Attempts.of(taken.output()), taken.whyNot(), result);
  }

  /** Copies a directory as a collector would that follows paths. */
  static HostPython.Shown naively(Stage stage, Path from, Path into)
      throws IOException, InterruptedException {
    Attack collector =
        Attack.of(COLLECTOR).with("from", from.toString()).with("into", into.toString());
    return stage.show(collector, stage.temporaryDirectory());
  }

  /** The artifacts must be these and no others, with this content. */
  void requireArtifacts(Map<String, String> expected) throws IOException {
    Map<String, String> taken = new TreeMap<>();
    for (Artifact artifact : result.artifacts()) {
      taken.put(artifact.path(), Files.readString(artifact.file()));
    }
    Unmet.unless(taken.equals(expected), () -> "collected " + taken + ", not " + expected);
  }

  /** What was rejected must be these and no others, for reasons that begin so. */
  void requireRejected(Map<String, String> expected) {
    Map<String, String> rejected = rejected();
    boolean met =
        rejected.keySet().equals(expected.keySet())
            && rejected.entrySet().stream()
                .allMatch(entry -> entry.getValue().startsWith(expected.get(entry.getKey())));
    Unmet.unless(met, () -> "rejected " + rejected + ", not " + expected);
  }

  /** Path to reason. */
  Map<String, String> rejected() {
    return result.rejected().stream()
        .collect(Collectors.toMap(RejectedArtifact::path, RejectedArtifact::reason));
  }

  /** Held, if the naive collector fell for at least one of these names. */
  Finding held(String seen, String... names) {
    if (whyNot.isPresent()) {
      return Finding.vacuous(whyNot.get() + "; in the sandbox: " + seen);
    }
    List<String> fell = new ArrayList<>();
    List<String> vacuous = new ArrayList<>();
    for (String name : names) {
      Attempt attempt =
          naive.getOrDefault(name, new Attempt(name, Attempt.End.ABSENT, "not found"));
      (attempt.end() == Attempt.End.WORKED ? fell : vacuous).add(attempt.toString());
    }
    if (fell.isEmpty()) {
      return Finding.vacuous("fools no collector here: " + String.join(", ", vacuous));
    }
    return Finding.held(
        seen
            + "; a naive collector: "
            + String.join(", ", fell)
            + (vacuous.isEmpty() ? "" : "; vacuous here: " + String.join(", ", vacuous)));
  }

  /** Nothing in the workspace may be anything but a plain file or directory, or hold this text. */
  void requireClean(String secret) throws IOException {
    requireClean(result.workspace(), secret);
  }

  /** The same for any directory that the runtime filled. */
  static void requireClean(Path directory, String secret) throws IOException {
    Set<String> foul = new TreeSet<>();
    for (Path path : Trees.list(directory)) {
      if (Files.isSymbolicLink(path) || !(Files.isRegularFile(path) || Files.isDirectory(path))) {
        foul.add(path + " is no plain file");
      } else if (Files.isRegularFile(path) && Files.readString(path).contains(secret)) {
        foul.add(path + " holds what it must not");
      }
    }
    Unmet.unless(foul.isEmpty(), () -> String.join(", ", foul));
  }
}
