package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a host may lack: the image or interpreter, room on a disk, what sandboxes are made of. */
final class HostLacks {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String RAN = "user code ran";

  private HostLacks() {}

  /** Opens runtimes on what is not there and on what is broken. */
  static Finding baseMissing(Stage stage) throws Exception {
    List<String> seen = new ArrayList<>();
    if (stage.platform().hasEngine()) {
      seen.add(typed(stage, "iso-attack-absent:latest", Set.of(ErrorCode.IMAGE_MISSING)));
    } else {
      Set<ErrorCode> unusable = Set.of(ErrorCode.INTERPRETER_UNUSABLE);
      Path broken = stage.temporaryDirectory().resolve("python3");
      Files.writeString(broken, "#!/bin/sh\nexit 3\n");
      Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwx------"));
      seen.add(typed(stage, broken.resolveSibling("absent").toString(), unusable));
      seen.add(typed(stage, broken.toString(), unusable));
    }
    ExpendableEngine engine = stage.subject().expendableEngine().orElse(null);
    if (engine != null) {
      Set<ErrorCode> broken = Set.of(ErrorCode.IMAGE_INCOMPATIBLE, ErrorCode.ENGINE_FAILED);
      engine.derive("iso-attack-silent", List.of("ENTRYPOINT [\"/bin/false\"]"));
      seen.add(typed(stage, "iso-attack-silent", broken));
      engine.derive("iso-attack-broken", List.of("ENTRYPOINT [\"/nonexistent/init\"]"));
      seen.add(typed(stage, "iso-attack-broken", broken));
    }
    return Finding.held(String.join("; ", seen));
  }

  private static String typed(Stage stage, String base, Set<ErrorCode> expected) {
    Problem problem;
    try (Runtime runtime = stage.subject().openOn(base, Attack.SMALL, stage.missing())) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("print('ran')")
                  .limits(stage.limits())
                  .in(stage.workspace(runtime))
                  .build());
      Unmet.unless(
          result.outcome() instanceof Outcome.InfrastructureFailed,
          () -> base + ": " + Describe.result(result));
      problem = ((Outcome.InfrastructureFailed) result.outcome()).problem();
    } catch (IsoException e) {
      problem = e.problem();
    }
    Problem found = problem;
    Unmet.unless(
        expected.contains(found.code()) && !found.remedy().isBlank(), () -> base + ": " + found);
    return Path.of(base).getFileName() + ": " + found.code().code();
  }

  /** Runs with a workspace on a disk that is full, and on one that is filled by an artifact. */
  static Finding diskFull(Stage stage) throws Exception {
    String full = onSmallDisk(stage, true);
    requireUnusable(full);
    Unmet.unless(full.contains("the disk is full: ENOSPC"), () -> "it is not full: " + full);
    Unmet.unless(!full.contains("written"), () -> "it ran: " + full);
    Unmet.unless(!full.contains("left: workspace/"), () -> "half-created: " + full);
    String filled = onSmallDisk(stage, false);
    requireUnusable(filled);
    Unmet.unless(filled.contains("written"), () -> "it did not run: " + filled);
    Unmet.unless(
        filled.contains("left: workspace/out/execution.json")
            && !filled.contains("JSONDecodeError"),
        () -> "no whole record of it: " + filled);
    String others =
        filled
            .lines()
            .filter(line -> line.startsWith("left: workspace/out/files/") || line.contains(".part"))
            .filter(line -> !line.equals("left: workspace/out/files/a-small 5"))
            .collect(Collectors.joining("; "));
    Unmet.unless(others.isEmpty(), () -> "half-created: " + others);
    return Finding.held(
        "a full disk: ISO-WORKSPACE-UNUSABLE, and no workspace; one filled by an artifact: the"
            + " same, a whole record, and no artifact that is not whole");
  }

  private static void requireUnusable(String said) {
    Unmet.unless(
        said.contains(ErrorCode.WORKSPACE_UNUSABLE.code()), () -> "no typed error: " + said);
  }

  private static String onSmallDisk(Stage stage, boolean full) throws Exception {
    Path disk = stage.temporaryDirectory();
    Attack launcher =
        Attack.of("host/h04_on_small_disk.py").with("disk", disk.toString()).with("full", full);
    return SecondJvm.start(
            stage,
            Attack.of("host/h04_big_artifact.py"),
            disk.resolve("workspace"),
            stage.allow(MINUTE),
            HostPython.command(launcher, stage.temporaryDirectory()))
        .all();
  }

  /** Takes away what sandboxes are made of. */
  static Finding protectionMissing(Stage stage) throws Exception {
    return switch (stage.platform()) {
      case SUBPROCESS_ROOT, SUBPROCESS_USER -> deniedByTheKernel(stage);
      case DOCKER_RUNC -> deniedByTheEngine(stage);
      case DOCKER_GVISOR -> withoutCgroups(stage);
    };
  }

  private static Finding deniedByTheKernel(Stage stage) throws Exception {
    String control = without(stage, "nothing");
    Unmet.unless(control.contains(RAN), () -> "with nothing taken away: " + control);
    List<String> seen = new ArrayList<>();
    for (String taken : List.of("seccomp", "namespaces")) {
      String said = without(stage, taken);
      Unmet.unless(!said.contains(RAN), () -> "it ran without " + taken + ": " + said);
      Unmet.unless(
          said.contains("refused: ISO-") && said.contains("Remedy: "),
          () -> "without " + taken + ": " + said);
      seen.add("without " + taken + ": " + code(said));
    }
    return Finding.held(String.join("; ", seen));
  }

  private static String code(String said) {
    return said.replaceAll("(?s).*refused: (ISO-[A-Z-]*: [^.]*\\.).*", "$1");
  }

  private static String without(Stage stage, String what) throws IOException, InterruptedException {
    Attack launcher = Attack.of("host/h10_without.py").with("without", what);
    return SecondJvm.start(
            stage,
            Attack.of("host/h10_ran.py"),
            stage.temporaryDirectory().resolve("workspace"),
            stage.allow(MINUTE),
            HostPython.command(launcher, stage.temporaryDirectory()))
        .all();
  }

  private static Finding deniedByTheEngine(Stage stage) throws Exception {
    ExpendableEngine engine = stage.subject().expendableEngine().orElseThrow();
    engine.applySeccompProfile(Attack.resource("host/h10_without_seccomp.json"));
    try {
      return refused(stage, Set.of(), "without seccomp filters");
    } finally {
      engine.applySeccompProfile("");
    }
  }

  private static Finding withoutCgroups(Stage stage) {
    return stage.missing().isEmpty()
        ? Finding.vacuous("this gVisor has all that sandboxes are made of")
        : refused(stage, stage.missing(), "without cgroups");
  }

  private static Finding refused(Stage stage, Set<Control> required, String what) {
    Set<Control> waived =
        stage.missing().stream()
            .filter(control -> !required.contains(control))
            .collect(Collectors.toSet());
    try (Runtime runtime = stage.subject().open(Attack.SMALL, waived)) {
      ExecutionResult result =
          runtime.execute(
              stage.request(Attack.of("host/h10_ran.py")).in(stage.workspace(runtime)).build());
      Unmet.unless(
          result.outcome() instanceof Outcome.Refused && result.stdout().text().isEmpty(),
          () -> what + ": " + Describe.result(result));
      Problem problem = ((Outcome.Refused) result.outcome()).problem();
      Unmet.unless(!problem.remedy().isBlank(), () -> "no remedy: " + problem);
      return Finding.held(what + ": " + problem.code().code() + ": " + problem.cause());
    }
  }
}
