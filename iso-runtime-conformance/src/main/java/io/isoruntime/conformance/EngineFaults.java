package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What an engine may do to those who use it; each trial needs one that is expendable. */
final class EngineFaults {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration START = Duration.ofSeconds(3);

  /** What an engine does that runs something in a container, as for a health check. */
  private static final List<String> OF_CHECKS = List.of("exec_", "health_status");

  private EngineFaults() {}

  private static ExpendableEngine engine(Stage stage) {
    return stage.subject().expendableEngine().orElseThrow();
  }

  private static Heard running(Stage stage, Runtime runtime) throws InterruptedException {
    return stage
        .hear(
            runtime.start(
                stage
                    .request(Attack.of("host/h01_family.py"))
                    .in(stage.workspace(runtime))
                    .build()),
            "ready")
        .saying();
  }

  private static ExecutionResult run(Stage stage, Runtime runtime, ExecutionLimits limits) {
    return runtime.execute(
        ExecutionRequest.python("print('ran')")
            .limits(limits)
            .in(stage.workspace(runtime))
            .build());
  }

  private static Problem failed(ExecutionResult result, Set<ErrorCode> expected) {
    if (result.outcome() instanceof Outcome.InfrastructureFailed failed
        && expected.contains(failed.problem().code())) {
      return failed.problem();
    }
    throw new Unmet("not one of " + expected + ": " + Describe.result(result));
  }

  private static void requireWorks(Stage stage, Runtime runtime) {
    ExecutionResult next = run(stage, runtime, stage.limits());
    Unmet.unless(next.isCompleted(), () -> "the next one: " + Describe.result(next));
  }

  private static String millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + " ms";
  }

  /** Restarts it while a program runs. */
  static Finding restarted(Stage stage) throws Exception {
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    Heard heard = running(stage, runtime);
    engine(stage).restart();
    Problem problem = failed(heard.result(), Set.of(ErrorCode.CHANNEL_LOST));
    requireWorks(stage, runtime);
    return Finding.held(problem.code().code() + ", and the same runtime ran the next one");
  }

  /** Has a container made of which its owner hears nothing. */
  static Finding creationLost(Stage stage) throws Exception {
    ExpendableEngine engine = engine(stage);
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    engine.loseNextCreation();
    ExecutionResult result = run(stage, runtime, stage.limits());
    Problem problem =
        failed(result, Set.of(ErrorCode.ENGINE_UNREACHABLE, ErrorCode.ENGINE_TIMEOUT));
    String made = engine.lostCreation();
    Unmet.unless(!made.isEmpty(), "the engine made none");
    long begin = System.nanoTime();
    awaitGone(engine, Set.of(made), stage.allow(BOUND));
    requireWorks(stage, runtime);
    return Finding.held(
        problem.code().code() + "; the container was removed after " + millisSince(begin));
  }

  private static void awaitGone(ExpendableEngine engine, Set<String> containers, Duration bound)
      throws Exception {
    long until = System.nanoTime() + bound.toNanos();
    while (true) {
      Set<String> left = new TreeSet<>(engine.containers());
      left.retainAll(containers);
      if (left.isEmpty()) {
        return;
      }
      Unmet.unless(System.nanoTime() - until < 0, () -> "left: " + left);
      LockSupport.parkNanos(20_000_000); // the absence of an event is what is looked for
    }
  }

  /** Refuses removals until that is told in a result. */
  static Finding removalFails(Stage stage) throws Exception {
    ExpendableEngine engine = engine(stage);
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    engine.refuseRemovals(true);
    ExecutionResult result;
    try {
      result = run(stage, runtime, stage.limits());
    } finally {
      engine.refuseRemovals(false);
    }
    int refused = engine.refusedRemovals();
    Unmet.unless(result.isCompleted(), () -> "the outcome: " + Describe.result(result));
    Unmet.unless(refused > 1, () -> "tried " + refused + " times only");
    Unmet.unless(
        result.notes().stream().anyMatch(note -> note.contains("could not be proven empty")),
        () -> "it was not told: " + result.notes());
    requireWorks(stage, runtime);
    return Finding.held(
        "the outcome stands, with a note that the sandbox could not be proven empty, after "
            + refused
            + " refusals");
  }

  /** Stops it when a sandbox, and when a runtime, is about to be made. */
  static Finding hangs(Stage stage) throws Exception {
    ExpendableEngine engine = engine(stage);
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    ExecutionLimits limits = ExecutionLimits.builder().startTime(START).build();
    long begin = System.nanoTime();
    Problem sandbox;
    Problem opening;
    String after;
    engine.stall();
    try {
      sandbox =
          failed(
              run(stage, runtime, limits),
              Set.of(ErrorCode.SANDBOX_START_TIMEOUT, ErrorCode.ENGINE_TIMEOUT));
      after = millisSince(begin);
      // What was asked for when nobody answered is looked for for up to 15 s.
      Unmet.unless(System.nanoTime() - begin < 25_000_000_000L, "told only after " + after);
      opening = unopened(stage);
    } finally {
      engine.resume();
    }
    requireWorks(stage, runtime);
    return Finding.held(
        "a sandbox: %s after %s; a runtime: %s"
            .formatted(sandbox.code().code(), after, opening.code().code()));
  }

  private static Problem unopened(Stage stage) {
    try {
      stage.ownRuntime(Attack.SMALL);
    } catch (IsoException e) {
      Unmet.unless(
          e.problem().code() == ErrorCode.ENGINE_TIMEOUT, () -> "a runtime: " + e.problem());
      return e.problem();
    }
    throw new Unmet("a runtime was opened on an engine that is stopped");
  }

  /** Kills who is attached, and stops who passes everything on. */
  static Finding clientGone(Stage stage) throws Exception {
    ExpendableEngine engine = engine(stage);
    SecondJvm client =
        SecondJvm.start(
            stage,
            Attack.of("host/h01_family.py"),
            stage.temporaryDirectory().resolve("workspace"),
            LONG,
            List.of());
    client.require("ready");
    Set<Long> its = engine.processes();
    Unmet.unless(!its.isEmpty(), "the container has no process");
    client.kill();
    String killed = awaitDead(its, stage.allow(BOUND));

    Heard heard = running(stage, stage.ownRuntime(Attack.SMALL));
    Set<Long> ours = engine.processes();
    Unmet.unless(!ours.isEmpty(), "the container has no process");
    String stalled;
    engine.stall();
    try {
      stalled = awaitDead(ours, stage.allow(BOUND));
      Problem problem = failed(heard.result(), Set.of(ErrorCode.CHANNEL_LOST));
      Unmet.unless(problem.cause().contains("engine"), () -> "not told whose fault: " + problem);
    } finally {
      engine.resume();
    }
    return Finding.held(
        "its %d processes were dead %s after the client's kill, and %s after the engine's stop"
            .formatted(its.size(), killed, stalled));
  }

  private static String awaitDead(Set<Long> processes, Duration bound) {
    long begin = System.nanoTime();
    while (processes.stream().anyMatch(Belongings::isAlive)) {
      Unmet.unless(
          System.nanoTime() - begin < bound.toNanos(),
          () -> "alive after " + bound + ": " + processes);
      LockSupport.parkNanos(10_000_000); // they are no children of ours
    }
    return millisSince(begin);
  }

  /** Runs an image whose health is to be checked every second, with and without this library. */
  static Finding healthCheck(Stage stage) throws Exception {
    ExpendableEngine engine = engine(stage);
    String image = "iso-attack-health";
    engine.derive(image, List.of("HEALTHCHECK --interval=1s CMD [\"/bin/true\"]"));
    try (Runtime runtime = stage.subject().openOn(image, Attack.SMALL, stage.missing())) {
      Attack attack = Attack.of("host/h13_goes_on.py").with("seconds", 3);
      ExecutionResult result =
          runtime.execute(stage.request(attack).in(stage.workspace(runtime)).build());
      Unmet.unless(result.isCompleted(), () -> Describe.result(result));
    }
    Set<String> ours = checks(engine.actionsOn(image));
    Unmet.unless(ours.isEmpty(), () -> "it was checked: " + ours);
    engine.runPlainly(image, 3);
    Set<String> plain = checks(engine.actionsOn(image));
    return plain.isEmpty()
        ? Finding.vacuous("the engine checks the health of no container")
        : Finding.held("never in 3 s; without this library: " + String.join(", ", plain));
  }

  private static Set<String> checks(Set<String> actions) {
    Set<String> found = new TreeSet<>(actions);
    found.removeIf(action -> OF_CHECKS.stream().noneMatch(action::startsWith));
    return found;
  }
}
