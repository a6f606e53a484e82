package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Trials with many processes, and with those that take what others need. */
final class ProcessTrials {
  /** Much for an idle host and little for a starved one. */
  private static final Duration PROMPT = Duration.ofSeconds(10);

  private static final double FEW_CORES = 0.2;

  private ProcessTrials() {}

  /** At the process limit, by the kernel's own word, while others live on. */
  static Finding many(Stage stage, String file, String attempt)
      throws IOException, InterruptedException {
    Attack attack = Attack.of(file);
    HostPython.Shown shown = stage.show(attack);
    LiveRun run = stage.live(attack).atHeight();
    String host = others(stage);
    ExecutionResult result = run.cancel();
    Finding finding = stage.judge(shown, result);
    Attempt caged = Attempts.of(result.stdout().text()).get(attempt);
    Unmet.unless(
        caged != null && caged.evidence().equals("EAGAIN"),
        () -> "not EAGAIN: " + Describe.result(result));
    Unmet.unless(
        result.limit().equals(java.util.Optional.of(Limit.PIDS)),
        () -> "the limit is not told: " + Describe.result(result));
    return new Finding(finding.verdict(), finding.evidence() + "; meanwhile " + host);
  }

  /** What the host and a neighbour can do now. */
  static String others(Stage stage) throws IOException, InterruptedException {
    Duration prompt = stage.allow(PROMPT);
    long begin = System.nanoTime();
    Process process = new ProcessBuilder("true").start();
    boolean ended = process.waitFor(prompt.toMillis(), TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    Unmet.unless(ended, "the host could not start a process");
    ExecutionResult neighbour = stage.run("print('neighbour')");
    Unmet.unless(
        neighbour.isCompleted() && neighbour.stdout().text().equals("neighbour\n"),
        () -> "a neighbour failed: " + Describe.result(neighbour));
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    Unmet.unless(took.compareTo(prompt) < 0, () -> "others took " + took.toMillis() + " ms");
    return "a process and a neighbour took " + took.toMillis() + " ms";
  }

  /** The limits for CPU time and for cores hold for all processes together. */
  static Finding spin(Stage stage) throws InterruptedException {
    Attack attack = Attack.of("resources/r15_spin.py").with("cpu", 0.15).with("wall", 30);
    ExecutionResult free = stage.run(attack);
    Unmet.unless(free.isCompleted(), () -> "without a limit: " + Describe.result(free));
    ExecutionLimits half = stage.limits().toBuilder().cpuTime(Duration.ofMillis(600)).build();
    ExecutionResult limited = stage.run(attack.within(half));
    exceeded(Limit.CPU, limited);
    Unmet.unless(
        limited.usage().cpu().compareTo(free.usage().cpu()) < 0,
        () -> "it used as much CPU time with the limit: " + limited.usage());
    SandboxProfile narrow = Attack.SMALL.toBuilder().cpus(FEW_CORES).build();
    double cores = cores(stage.run(attack.with("cpu", 30).with("wall", 1.5).in(narrow)));
    Unmet.unless(cores <= 1.5 * FEW_CORES, () -> "it kept " + cores + " cores busy");
    return Finding.held(
        String.format(
            "ended after %d ms of CPU time, where it uses %d ms; %.2f cores of %.1f, else %.2f of 1",
            limited.usage().cpu().toMillis(),
            free.usage().cpu().toMillis(),
            cores,
            FEW_CORES,
            cores(free)));
  }

  private static double cores(ExecutionResult result) {
    String text = result.stdout().text();
    Unmet.unless(text.startsWith("cores: "), () -> "no measure: " + Describe.result(result));
    return Double.parseDouble(text.substring("cores: ".length()).strip());
  }

  static void exceeded(Limit limit, ExecutionResult result) {
    Unmet.unless(
        result.outcome() instanceof Outcome.LimitExceeded exceeded && exceeded.limit() == limit,
        () -> "no " + limit.label() + " limit: " + Describe.result(result));
  }

  /** PID 1 keeps its share, and ends a crowd on time. */
  static Finding starve(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r19_starve.py").shownIn(Unprotected.NAMESPACES);
    Finding denied = stage.attack(attack);
    LiveRun crowd = stage.live(attack.with("spinners", 40).within(EndTrials.brief(stage)));
    String killed = EndTrials.timedOut(stage, crowd);
    return new Finding(denied.verdict(), denied.evidence() + "; with 40 spinners " + killed);
  }

  /** PID 1 keeps its limits, and collects. */
  static Finding limitInit(Stage stage) throws IOException, InterruptedException {
    Attack attack = Attack.of("resources/r20_limit_init.py").shownIn(Unprotected.NAMESPACES);
    HostPython.Shown shown = stage.show(attack);
    ExecutionResult result = stage.run(attack);
    Unmet.unless(
        result.isCompleted() && result.artifacts().size() == 1,
        () -> result.artifacts() + " of " + Describe.result(result));
    Finding finding = stage.judge(shown, result);
    return new Finding(finding.verdict(), finding.evidence() + "; its artifact was collected");
  }

  /** However the processes change while they are killed, nothing is left, and soon. */
  static Finding churn(Stage stage) throws InterruptedException {
    int rounds = stage.platform().hasEngine() ? 10 : 50;
    boolean limited = !stage.missing().contains(Control.PIDS);
    List<Long> millis = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      boolean bomb = limited && round % 2 == 0;
      LiveRun run = stage.live(Attack.of("resources/r22_churn.py").with("bomb", bomb)).await("now");
      long begin = System.nanoTime();
      ExecutionResult result = run.cancel();
      millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
      Unmet.unless(result.outcome() instanceof Outcome.Cancelled, () -> Describe.result(result));
    }
    List<Long> sorted = millis.stream().sorted().collect(Collectors.toList());
    long median = sorted.get(rounds / 2);
    long longest = sorted.get(rounds - 1);
    Unmet.unless(
        median <= stage.allow(Duration.ofSeconds(1)).toMillis()
            && longest <= stage.allow(Duration.ofSeconds(5)).toMillis(),
        () -> "it took " + median + " ms in the middle and " + longest + " ms at most");
    return Finding.held(
        rounds
            + " times, "
            + (limited ? "half of them a bomb" : "without a bomb, since pids is missing")
            + ": ended after "
            + median
            + " ms in the middle and "
            + longest
            + " ms at most");
  }

  /** What a program hoards is not a neighbour's. */
  static Finding hoard(Stage stage) throws IOException, InterruptedException {
    // Under gVisor terminals are its own kernel's, and nobody else's.
    boolean terminals = stage.platform() != Platform.DOCKER_GVISOR;
    Attack attack = Attack.of("resources/r24_hoard.py").with("terminals", terminals);
    Finding denied = stage.attack(attack);
    LiveRun hoarder = stage.live(attack.with("role", "hoarder")).atHeight();
    ExecutionResult neighbour = stage.run(attack.with("role", "neighbour"));
    ExecutionResult ended = hoarder.cancel();
    Unmet.unless(
        neighbour.isCompleted(),
        () -> "a neighbour of one with " + hoarded(ended) + ": " + Describe.result(neighbour));
    return new Finding(
        denied.verdict(), denied.evidence() + "; a neighbour of one with " + hoarded(ended));
  }

  private static String hoarded(ExecutionResult hoarder) {
    return hoarder
        .stdout()
        .text()
        .lines()
        .filter(line -> line.contains(" until "))
        .collect(Collectors.joining(", "));
  }
}
