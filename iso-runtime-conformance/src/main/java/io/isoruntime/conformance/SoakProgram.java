package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One program of a soak and what must come of it.
 *
 * @param name for the counts of a report
 * @param code the program
 * @param needs controls without which it would not end so, or would harm the host
 * @param limits of its executions
 * @param expected whether a result is as it must be
 */
record SoakProgram(
    String name,
    String code,
    Set<Control> needs,
    ExecutionLimits limits,
    Predicate<ExecutionResult> expected) {

  private static final ExecutionLimits FEW_ARTIFACTS =
      HostSpeed.USUAL.limits().toBuilder().artifactCount(50).build();
  private static final ExecutionLimits SOON =
      ExecutionLimits.builder().wallTime(Duration.ofMillis(400)).build();

  private static final List<SoakProgram> ALL =
      List.of(
          of("good", SoakProgram::isWhole),
          of("exception", failed()),
          program("syntax error", "syntax_error.txt", failed()),
          of("exit", failed()),
          of("crash", failed()),
          of("spin", outcome(Outcome.TimedOut.class)).within(SOON),
          of("waiting_call", outcome(Outcome.TimedOut.class)).within(SOON),
          of("memory", SoakProgram::exceedsMemory).needing(Control.MEMORY),
          of("fork_bomb", completed(Limit.PIDS)).needing(Control.PIDS),
          of("flood", completed(Limit.OUTPUT)),
          of("leftovers", ExecutionResult::isCompleted),
          of("garbage", failed()),
          of("storage", ExecutionResult::isCompleted).within(FEW_ARTIFACTS),
          of("links", result -> result.isCompleted() && !result.rejected().isEmpty()),
          of("many_calls", result -> result.isCompleted() && result.toolCalls().size() >= 24));

  /** Those that may be run where these controls are missing. */
  static List<SoakProgram> without(Set<Control> missing) {
    return ALL.stream()
        .filter(program -> program.needs.stream().noneMatch(missing::contains))
        .toList();
  }

  private static SoakProgram of(String name, Predicate<ExecutionResult> expected) {
    return program(name.replace('_', ' '), name + ".py", expected);
  }

  private static SoakProgram program(
      String name, String file, Predicate<ExecutionResult> expected) {
    return new SoakProgram(
        name, Attack.resource("soak/" + file), Set.of(), HostSpeed.USUAL.limits(), expected);
  }

  private SoakProgram within(ExecutionLimits other) {
    return new SoakProgram(name, code, needs, other, expected);
  }

  private SoakProgram needing(Control... controls) {
    return new SoakProgram(name, code, Set.copyOf(Arrays.asList(controls)), limits, expected);
  }

  private static Predicate<ExecutionResult> outcome(Class<? extends Outcome> kind) {
    return result -> kind.isInstance(result.outcome());
  }

  private static Predicate<ExecutionResult> failed() {
    return outcome(Outcome.CodeFailed.class);
  }

  private static Predicate<ExecutionResult> completed(Limit named) {
    return result -> result.isCompleted() && result.limit().equals(java.util.Optional.of(named));
  }

  private static boolean exceedsMemory(ExecutionResult result) {
    return result.outcome() instanceof Outcome.LimitExceeded exceeded
        && exceeded.limit() == Limit.MEMORY;
  }

  private static boolean isWhole(ExecutionResult result) {
    return result.isCompleted()
        && "{\"total\":10,\"answers\":8,\"rows\":3}"
            .equals(String.valueOf(result.resultJson()).replace(" ", ""))
        && result.artifacts().size() >= 3
        && result.toolCalls().size() == 13;
  }
}
