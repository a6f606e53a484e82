package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import java.io.IOException;
import java.time.Duration;

/** Trials about how programs end, or would not. */
final class EndTrials {
  private static final Duration BRIEF = Duration.ofMillis(1_500);

  /** Late enough for a loaded host, and far from what no limit at all would take. */
  private static final Duration LATE = Duration.ofSeconds(5);

  private EndTrials() {}

  /** For programs that never end, and before that do what they are there for. */
  static ExecutionLimits brief(Stage stage) {
    return ExecutionLimits.builder().wallTime(stage.allow(BRIEF)).build();
  }

  /** Requires that it is ended by {@link #brief}, on time. */
  static String timedOut(Stage stage, LiveRun run) throws InterruptedException {
    ExecutionResult result = run.result();
    Duration after = run.sinceStart().minus(stage.allow(BRIEF));
    Unmet.unless(
        result.outcome() instanceof Outcome.TimedOut && after.compareTo(stage.allow(LATE)) < 0,
        () -> after.toMillis() + " ms after its limit: " + Describe.result(result));
    return "ended " + after.toMillis() + " ms after its limit";
  }

  /** Whoever holds standard output does not hold up the result. */
  static Finding daemon(Stage stage) throws InterruptedException {
    Attack attack = Attack.of("resources/r11_daemon.py");
    LiveRun staying = stage.live(attack.with("stays", true)).await("here").awaitMore(20);
    staying.cancel();
    LiveRun run = stage.live(attack.with("stays", false)).await("main goes");
    ExecutionResult result = run.result();
    Duration after = run.since("main goes");
    Unmet.unless(
        result.isCompleted() && after.compareTo(stage.allow(Duration.ofSeconds(2))) < 0,
        () -> after.toMillis() + " ms after main's exit: " + Describe.result(result));
    return Finding.held(
        "the result came "
            + after.toMillis()
            + " ms after main's exit; while main stayed, the grandchild wrote "
            + staying.count()
            + " lines");
  }

  static Finding ignores(Stage stage) throws InterruptedException {
    LiveRun run = stage.live(Attack.of("resources/r12_ignores.py").within(brief(stage)));
    String ended = timedOut(stage, run);
    Attempt ignored = Attempts.of(run.result().stdout().text()).get("SIGTERM");
    Unmet.unless(ignored != null && ignored.end() == Attempt.End.WORKED, "SIGTERM was not ignored");
    return Finding.held("SIGTERM was ignored; " + ended);
  }

  static Finding stopped(Stage stage) throws InterruptedException {
    LiveRun run = stage.live(Attack.of("resources/r13_stopped.py").within(brief(stage)));
    String ended = timedOut(stage, run);
    String text = run.result().stdout().text();
    Unmet.unless(text.equals("before\n"), () -> "it was not stopped: " + text);
    return Finding.held("it stopped, and was " + ended);
  }

  /** PID 1 is out of reach, and so is a neighbour; who kills all of its own has not completed. */
  static Finding kill(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r14_kill.py").shownIn(Unprotected.NAMESPACES);
    Finding denied = stage.attack(attack);
    LiveRun neighbour =
        stage.live(Attack.of("resources/r11_daemon.py").with("stays", true)).await("still here");
    ExecutionResult result = stage.run(attack.with("everybody", true));
    neighbour.awaitMore(3);
    neighbour.cancel();
    failed(ErrorCode.PYTHON_SIGNAL, "SIGKILL", result);
    return new Finding(
        denied.verdict(),
        denied.evidence() + "; kill(-1) ended its own tree by SIGKILL, and no neighbour");
  }

  static Finding exit(Stage stage) {
    Attack attack = Attack.of("resources/r17_exit.py");
    ExecutionResult whole = stage.run(attack.with("leaves", false));
    Unmet.unless(whole.isCompleted(), () -> "without leaving: " + Describe.result(whole));
    ExecutionResult result = stage.run(attack.with("leaves", true));
    return Finding.held(failed(ErrorCode.PYTHON_UNFINISHED, "Exit", result));
  }

  static Finding segfault(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r18_segfault.py");
    ExecutionResult result = stage.run(attack.with("itself", true));
    String told = failed(ErrorCode.PYTHON_SIGNAL, "SIGSEGV", result);
    Unmet.unless(result.artifacts().isEmpty(), () -> "it left " + result.artifacts());
    Finding core = stage.attack(attack);
    return new Finding(core.verdict(), told + "; " + core.evidence());
  }

  /** A process is dead when all of its threads are, and only its own end is its end. */
  static Finding undead(Stage stage) throws InterruptedException {
    Attack attack = Attack.of("resources/r23_undead.py");
    ExecutionResult thread = stage.run(attack.with("way", "thread"));
    String own = failed(ErrorCode.PYTHON_UNFINISHED, "Exit", thread);
    Unmet.unless(
        own.contains("status 7") && thread.stdout().text().endsWith("alive\n"),
        () -> "a false death: " + Describe.result(thread));
    ExecutionResult sibling = stage.run(attack.with("way", "sibling"));
    // gVisor makes a child of it.
    boolean isSibling = stage.platform() != Platform.DOCKER_GVISOR;
    String parents = ("parent of both: " + (isSibling ? "True" : "False") + "\n").repeat(2);
    Unmet.unless(
        sibling.isCompleted() && sibling.stdout().text().equals(parents + "alive\n"),
        () -> "a false exit: " + Describe.result(sibling));
    String ended = timedOut(stage, stage.live(attack.with("way", "for ever").within(brief(stage))));
    return Finding.held(
        thread.stdout().text().lines().findFirst().orElse("")
            + ", then "
            + own
            + (isSibling ? "; a sibling's" : "; gVisor knows no siblings, and a child's")
            + " end was not its end; without its first thread "
            + ended);
  }

  private static String failed(ErrorCode code, String type, ExecutionResult result) {
    Unmet.unless(
        result.outcome() instanceof Outcome.CodeFailed failed
            && failed.error().code() == code
            && failed.error().type().equals(type),
        () -> "not " + code.code() + " by " + type + ": " + Describe.result(result));
    return ((Outcome.CodeFailed) result.outcome()).error().message();
  }
}
