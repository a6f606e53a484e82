package io.isoruntime.conformance;

import io.isoruntime.Artifact;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Output that is something else than plain files. */
final class LinkTrials {
  private static final String LINK = "symbolic link";
  private static final Map<String, String> HONEST = Map.of("honest.txt", "honest");

  private LinkTrials() {}

  static Finding symlinks(Stage stage) throws IOException, InterruptedException {
    Foreign foreign = Foreign.on(stage);
    Collected collected =
        Collected.of(
            stage, Attack.of("files/a01_symlinks.py").with("secret", foreign.file().toString()));
    collected.requireArtifacts(HONEST);
    collected.requireRejected(all(LINK, "shadow", "secret", "environ", "endless", "nowhere"));
    collected.requireClean(foreign.text());
    return collected.held("5 links rejected by name", "shadow", "secret", "environ", "endless");
  }

  static Finding symlinkedDirectories(Stage stage) throws IOException, InterruptedException {
    Foreign foreign = Foreign.on(stage);
    Collected collected =
        Collected.of(
            stage,
            Attack.of("files/a02_symlinked_directories.py")
                .with("directory", foreign.directory().toString()));
    collected.requireArtifacts(HONEST);
    collected.requireRejected(
        all(LINK, "foreign", "nested/foreign", "above", "loop", "one", "other"));
    collected.requireClean(foreign.text());
    return collected.held(
        "6 links rejected by name",
        "foreign/secret.txt",
        "nested/foreign/secret.txt",
        "above/pkg/main.py",
        "loop/honest.txt",
        "collecting");
  }

  static Finding hardlinks(Stage stage) throws IOException, InterruptedException {
    Collected collected = Collected.of(stage, Attack.of("files/a03_hardlinks.py"));
    Map<String, Long> taken =
        collected.result().artifacts().stream()
            .collect(Collectors.toMap(Artifact::path, Artifact::size));
    Map<String, String> rejected = collected.rejected();
    Unmet.unless(
        taken.size() == 2 && taken.containsKey("program") && taken.containsValue(1L << 20),
        () -> "taken " + taken);
    Unmet.unless(
        rejected.size() == 39
            && rejected.values().stream().allMatch(reason -> reason.startsWith("hard link to ")),
        () -> "rejected " + rejected);
    return collected.held("1 of 40 names taken, 39 rejected as links to it", "link-00", "link-39");
  }

  static Finding specialFiles(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a04_special_files.py");
    Collected collected = Collected.of(stage, attack);
    collected.requireArtifacts(HONEST);
    collected.requireRejected(Map.of("fifo", "FIFO", "socket", "socket"));
    Finding devices = stage.judge(stage.show(attack), collected.result());
    return devices.verdict() == Verdict.HELD
        ? collected.held(
            "FIFO and socket rejected, devices not to be had (" + devices.evidence() + ")",
            "fifo",
            "device")
        : devices;
  }

  static Finding lockedTree(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a10_locked_tree.py");
    HostPython.Shown shown = stage.show(attack);
    ExecutionResult result = stage.run(attack);
    Collected collected = new Collected(Attempts.of(shown.output()), shown.whyNot(), result);
    collected.requireArtifacts(
        Map.of(
            "locked/deeper/inside.txt", "locked/deeper/inside.txt",
            "unreadable.txt", "unreadable.txt",
            "setuid.txt", "setuid.txt"));
    for (Artifact artifact : result.artifacts()) {
      int mode = (Integer) Files.getAttribute(artifact.file(), "unix:mode") & 07777;
      Unmet.unless(
          (mode & 07111) == 0, () -> artifact.path() + " has mode " + Integer.toOctalString(mode));
    }
    return collected.held("3 files taken, none to be executed", "read", "remove");
  }

  static Finding swapRace(Stage stage) throws IOException, InterruptedException {
    Foreign foreign = Foreign.on(stage);
    // With less they would often be waiting for their share of time, just during the collection.
    int cpus = java.lang.Runtime.getRuntime().availableProcessors();
    Attack attack =
        Attack.of("files/a12_swap_race.py")
            .with("secret", foreign.file().toString())
            .in(Attack.SMALL.toBuilder().cpus(cpus).build());
    HostPython.Shown shown = stage.show(attack);
    ExecutionResult result = stage.run(attack);
    Collected collected = new Collected(Attempts.of(shown.output()), shown.whyNot(), result);
    Unmet.unless(result.isCompleted(), () -> Describe.result(result));
    Map<String, String> texts = new TreeMap<>();
    for (Artifact artifact : result.artifacts()) {
      texts.put(artifact.path(), Files.readString(artifact.file()));
    }
    texts.forEach(
        (name, text) ->
            Unmet.unless(
                !name.startsWith("swapped") || text.equals("mine"), () -> name + ": " + text));
    for (RejectedArtifact rejected : result.rejected()) {
      Unmet.unless(rejected.reason().equals(LINK), rejected::toString);
    }
    for (int each = 0; each < 8; each++) {
      long apart =
          Long.parseLong(texts.getOrDefault("counter-a" + each, ""))
              - Long.parseLong(texts.getOrDefault("counter-z" + each, ""));
      Unmet.unless(Math.abs(apart) <= 1, () -> "something was written during the collection");
    }
    collected.requireClean(foreign.text());
    return collected.held(
        "8 processes swapped until they were killed, counted to "
            + texts.get("counter-a0")
            + ", and what was collected is of one moment",
        "check, then open",
        "counters");
  }

  static Finding replacedDirectories(Stage stage) throws IOException, InterruptedException {
    Foreign foreign = Foreign.on(stage);
    Attack attack = Attack.of("files/a14_replaced_directories.py");
    Collected collected =
        Collected.of(
            stage,
            attack.with("directory", foreign.directory().toString()),
            attack.with("directory", "/etc"));
    collected.requireArtifacts(Map.of());
    collected.requireRejected(Map.of("", LINK));
    return collected.held("nothing taken, the output directory named", "secret.txt");
  }

  static Finding linksToDescriptors(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("files/a15_links_to_descriptors.py");
    Path place = stage.temporaryDirectory();
    HostPython.Shown shown = stage.show(attack.with("descriptor", 1), place);
    HostPython.Shown taken =
        Collected.naively(stage, place.resolve("out"), stage.temporaryDirectory());
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    Attack caged = attack.with("descriptor", 3);
    ExecutionResult result = runtime.execute(stage.request(caged).in(workspace).build());
    Unmet.unless(
        result.outcome() instanceof Outcome.CodeFailed failed
            && failed.error().code() == ErrorCode.TOOL_PROTOCOL,
        () -> "forged frames: " + Describe.result(result));
    Collected collected = new Collected(Attempts.of(taken.output()), taken.whyNot(), result);
    collected.requireArtifacts(Map.of());
    collected.requireRejected(
        IntStream.range(0, 16)
            .boxed()
            .collect(Collectors.toMap(number -> "descriptor-" + number, number -> LINK)));
    Path program = workspace.directory().resolve("pkg/main.py");
    Unmet.unless(Files.readString(program).equals(caged.code(true)), "the host's copy was changed");
    ExecutionResult next =
        runtime.execute(ExecutionRequest.python("print(1)").in(workspace).build());
    Unmet.unless(next.isCompleted(), () -> "the next one: " + Describe.result(next));
    Unmet.unless(
        shown.whyNot().isPresent() || shown.output().contains("deadline"),
        () -> "the forged frames did not reach a reader without a sandbox: " + shown.output());
    return collected.held(
        "forged frames ended the program alone, 16 links rejected", "descriptor-1");
  }

  private static Map<String, String> all(String reason, String... names) {
    return Set.of(names).stream().collect(Collectors.toMap(name -> name, name -> reason));
  }
}
