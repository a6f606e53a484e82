package io.isoruntime.testkit;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import java.time.Duration;
import java.util.function.Predicate;

/** Programs whose time is over while they are at something. */
final class Late {
  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private Late() {}

  /**
   * Runs a program into its deadline. On a busy host it may not have come to the point by then, so
   * it is given more time until it has.
   */
  static ExecutionResult run(
      ContractSubject subject, ExecutionRequest.Builder request, Predicate<ExecutionResult> came) {
    Duration time = SHORTEST;
    while (true) {
      ExecutionResult result = subject.run(request.timeout(time));
      Expect.outcome(Outcome.TimedOut.class, result);
      if (came.test(result) || time.compareTo(LONGEST) >= 0) {
        return result;
      }
      time = time.multipliedBy(4);
    }
  }
}
