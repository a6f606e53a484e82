package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class LimitsAndOutcomesTest {
  @TempDir Path root;

  // begin reply
  /** What to tell the model that wrote the program. */
  static String reply(ExecutionResult result) {
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Completed) {
      return "It printed " + result.stdout().text() + " and gave " + result.resultJson();
    } else if (outcome instanceof Outcome.CodeFailed failed) {
      return "It failed in line "
          + failed.error().lineNumber()
          + ": "
          + failed.error().message()
          + (failed.error().remedy() == null ? "" : " Hint: " + failed.error().remedy());
    } else if (outcome instanceof Outcome.TimedOut timedOut) {
      return "It was still running after " + timedOut.limit() + ".";
    } else if (outcome instanceof Outcome.LimitExceeded exceeded) {
      return "It used too much: " + exceeded.limit().label() + ".";
    } else {
      return "It could not be run."; // an operator's matter: see the outcome's problem
    }
  }

  // end reply

  @Test
  void limits() {
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      // begin limits
      ExecutionLimits limits =
          ExecutionLimits.builder()
              .wallTime(Duration.ofSeconds(30))
              .outputBytes(64 * 1024)
              .artifactCount(20)
              .artifactBytes(10 << 20)
              .build();

      ExecutionResult result =
          runtime.execute(ExecutionRequest.python("print('x' * 1_000_000)").limits(limits).build());

      result.isCompleted(); // true: the program didn't notice
      result.limit(); // OUTPUT
      result.stdout().truncated(); // true: head and tail are kept
      // end limits
      assertTrue(result.isCompleted());
      assertEquals(Limit.OUTPUT, result.limit().orElseThrow());
      assertTrue(result.stdout().truncated());

      assertTrue(reply(result).startsWith("It printed xxx"));
      assertEquals(
          "It failed in line 2: division by zero",
          reply(runtime.execute(ExecutionRequest.python("x = 0\n1 / x").build())));
      assertEquals(
          "It was still running after PT0.3S.",
          reply(
              runtime.execute(
                  ExecutionRequest.python("while True: pass")
                      .timeout(Duration.ofMillis(300))
                      .build())));
    }
  }
}
