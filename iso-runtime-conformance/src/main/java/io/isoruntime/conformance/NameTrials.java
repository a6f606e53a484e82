package io.isoruntime.conformance;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Output whose names are the attack, and writing where output is not expected. */
final class NameTrials {
  private static final List<String> RECORDS =
      List.of(
          "result.json",
          "execution.json",
          "runtime.out.log",
          "runtime.err.log",
          "calls/0001-forged.json",
          "files/result.json",
          "runs/forged/execution.json");

  /** Percent-encoded, since not all of them are text. */
  private static final List<String> HOSTILE =
      List.of(
          "%ff%fe",
          "line%0a12:00 INFO execution forged: completed",
          "carriage%0dreturn",
          "%1b[2J%1b[31mred",
          "back\\slash",
          "..\\..\\pkg\\main.py",
          "gpj.%e2%80%aeexe",
          "separator%e2%80%a8line");

  private static final List<String> ODD =
      List.of("...", "..x", "-rf", " ", "CON", "\"quoted\",'", "%c3%a9", "a".repeat(255));

  private NameTrials() {}

  static Finding forgedRecords(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a05_forged_records.py").with("names", RECORDS);
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    Path out = workspace.directory().resolve("out");
    ExecutionResult result = runtime.execute(stage.request(attack).in(workspace).build());
    Unmet.unless(result.isCompleted(), () -> Describe.result(result));
    Set<String> taken = result.artifacts().stream().map(Artifact::path).collect(Collectors.toSet());
    Unmet.unless(taken.equals(Set.copyOf(RECORDS)), () -> "collected " + taken);
    requireOwn(out, result);
    Unmet.unless(children(out.resolve("calls")).isEmpty(), "a call was forged");
    Unmet.unless(children(workspace.directory().resolve("runs")).isEmpty(), "a run was forged");
    ExecutionResult next = runtime.execute(ExecutionRequest.python("pass").in(workspace).build());
    requireOwn(workspace.directory().resolve("runs").resolve(result.id()), result);
    requireOwn(out, next);

    Path place = stage.temporaryDirectory();
    stage.show(attack, place);
    Path records = Files.createDirectories(stage.temporaryDirectory().resolve("out"));
    Files.writeString(records.resolve("execution.json"), "the supervisor's own");
    HostPython.Shown shown = Collected.naively(stage, place.resolve("out"), records);
    boolean replaced =
        Files.readString(records.resolve("execution.json")).contains("\"id\": \"forged\"");
    return replaced
        ? Finding.held(
            "7 forgeries are artifacts of these names, the records are the supervisor's; a naive"
                + " collector's execution.json was replaced")
        : Finding.vacuous(shown.whyNot().orElse("no record of a naive collector was replaced"));
  }

  private static void requireOwn(Path directory, ExecutionResult result) throws IOException {
    String json = Files.readString(directory.resolve("execution.json"));
    Unmet.unless(
        Json.plain(json.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> record
            && result.id().equals(record.get("id")),
        () -> "execution.json is not the supervisor's: " + json);
    Unmet.unless(!Files.exists(directory.resolve("result.json")), "a result was forged");
    for (String log : List.of("runtime.out.log", "runtime.err.log")) {
      Unmet.unless(Files.readString(directory.resolve(log)).isEmpty(), () -> log + " was forged");
    }
  }

  static Finding hostileNames(Stage stage) throws IOException, InterruptedException {
    List<String> names = Stream.of(HOSTILE, ODD).flatMap(List::stream).toList();
    Attack attack = Attack.of("files/a06_hostile_names.py").with("names", names);
    Collected collected = Collected.of(stage, attack);
    ExecutionResult result = collected.result();
    Set<String> taken = new TreeSet<>();
    result.artifacts().forEach(artifact -> taken.add(artifact.path()));
    Set<String> harmless = new TreeSet<>();
    ODD.forEach(name -> harmless.add(URLDecoder.decode(name, StandardCharsets.UTF_8)));
    Unmet.unless(taken.equals(harmless), () -> "collected " + taken + ", not " + harmless);
    Unmet.unless(
        result.rejected().size() == HOSTILE.size() + 1, () -> "rejected " + result.rejected());
    for (RejectedArtifact rejected : result.rejected()) {
      requirePlain(rejected.path());
      requirePlain(rejected.reason());
    }
    String json = Files.readString(result.workspace().resolve("out/execution.json"));
    Unmet.unless(json.lines().count() == 1, "execution.json has more than its one line");
    requirePlain(json.strip());
    for (Path path : Trees.list(result.workspace())) {
      requirePlain(path.toString());
    }
    return collected.held(
        "9 names rejected and escaped, 8 odd but harmless ones taken",
        URLDecoder.decode(HOSTILE.get(1), StandardCharsets.UTF_8),
        URLDecoder.decode(HOSTILE.get(3), StandardCharsets.UTF_8));
  }

  private static void requirePlain(String text) {
    boolean plain =
        text.codePoints()
            .noneMatch(
                c ->
                    Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.SURROGATE);
    Unmet.unless(plain, () -> "not plain: " + Json.text(text));
  }

  static Finding writesElsewhere(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a11_write_elsewhere.py");
    Path place = stage.temporaryDirectory();
    Path data = Files.createDirectories(place.resolve("in")).resolve("data.csv");
    Files.writeString(data, "mine");
    HostPython.Shown shown = stage.show(attack, place);
    Unmet.unless(
        shown.whyNot().isPresent() || Files.readString(data).equals("spoilt"),
        "an input was not spoilt even without a sandbox");

    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    workspace.put("data.csv", "mine".getBytes(StandardCharsets.UTF_8));
    ExecutionResult result = runtime.execute(stage.request(attack).in(workspace).build());
    Unmet.unless(result.isCompleted(), () -> Describe.result(result));
    Path root = workspace.directory();
    Unmet.unless(
        Files.readString(root.resolve("in/data.csv")).equals("mine"), "the input was spoilt");
    Unmet.unless(
        Files.readString(root.resolve("pkg/main.py")).equals(attack.code(true)),
        "the program's text was spoilt");
    Finding judged = stage.judge(shown, result);
    return judged.verdict() == Verdict.VACUOUS && shown.whyNot().isEmpty()
        ? Finding.held("program and input were spoilt inside alone; " + judged.evidence())
        : new Finding(judged.verdict(), "host's copies untouched; " + judged.evidence());
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> stream = Files.list(directory)) {
      return stream.toList();
    }
  }
}
