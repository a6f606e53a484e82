package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.ErrorCode;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExitStatusTest {
  private static final Problem PROBLEM = new Problem(ErrorCode.INTERNAL, "a.", "b.", "c.");

  @Test
  void eachOutcomeHasTheStatusOfTheContract() {
    Map.of(
            new Outcome.Completed(),
            0,
            new Outcome.CodeFailed(
                new PythonError(ErrorCode.PYTHON_EXCEPTION, "E", "", 1, "", null)),
            1,
            new Outcome.TimedOut(Duration.ofSeconds(1)),
            3,
            new Outcome.LimitExceeded(Limit.MEMORY),
            3,
            new Outcome.Cancelled(),
            3,
            new Outcome.Refused(PROBLEM),
            4,
            new Outcome.InfrastructureFailed(PROBLEM),
            4)
        .forEach(
            (outcome, status) -> assertEquals(status, ExitStatus.of(outcome), outcome.status()));
  }
}
