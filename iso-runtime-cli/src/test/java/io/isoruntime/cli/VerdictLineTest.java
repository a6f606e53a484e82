package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictLineTest {
  private static final ToolCall CALL = new ToolCall(1, "add", ToolCallStatus.OK, Duration.ZERO);
  private static final Artifact ARTIFACT = new Artifact("a.txt", 1, "00", Path.of("/w/a.txt"));

  private static ExecutionResult.Builder result(Outcome outcome) {
    return ExecutionResult.builder("id", outcome, Path.of("/w"))
        .usage(new Usage(Duration.ofMillis(120), Duration.ZERO, 0));
  }

  private static String line(ExecutionResult.Builder result) {
    return VerdictLine.of(result.build(), false);
  }

  private static PythonError error(String type, String message, int line) {
    return new PythonError(ErrorCode.PYTHON_EXCEPTION, type, message, line, "", null);
  }

  @Test
  void tellsWhatACompletedProgramProduced() {
    assertEquals(
        "✓ completed in 0.12 s · 3 tool calls · result {\"total\":3} · 2 artifacts in"
            + " /w/out/files",
        line(
            result(new Outcome.Completed())
                .toolCalls(Collections.nCopies(3, CALL))
                .result("{\"total\":3}", Map.of())
                .artifacts(List.of(ARTIFACT, ARTIFACT))));
  }

  @Test
  void tellsWhatAPersonShouldKnowBesides() {
    assertEquals(
        "✓ completed in 0.12 s · met its limit of artifacts · 1 tool call · 1 artifact in"
            + " /w/out/files · 1 file rejected · without memory · note: a record is missing",
        line(
            result(new Outcome.Completed())
                .limit(Limit.ARTIFACTS)
                .toolCalls(List.of(CALL))
                .artifacts(List.of(ARTIFACT))
                .rejected(List.of(new RejectedArtifact("x", "a symlink")))
                .isolation(
                    new IsolationReport(
                        "subprocess",
                        "unix-socket",
                        List.of(
                            new IsolationReport.Reading(
                                Control.MEMORY, IsolationReport.State.WAIVED, "none"))))
                .notes(List.of("a record is missing"))));
  }

  @Test
  void namesTheErrorAndItsLine() {
    assertEquals(
        "✗ code_failed: ValueError: bad (line 12)",
        line(result(new Outcome.CodeFailed(error("ValueError", "bad", 12)))));
    assertEquals(
        "✗ code_failed: KeyboardInterrupt",
        line(result(new Outcome.CodeFailed(error("KeyboardInterrupt", "", 0)))));
  }

  @Test
  void addsTheHint() {
    PythonError error =
        new PythonError(ErrorCode.PYTHON_EXCEPTION, "OSError", "x", 0, "", "Use a tool.");
    assertEquals(
        "✗ code_failed: OSError: x · hint: Use a tool.",
        line(result(new Outcome.CodeFailed(error))));
  }

  @Test
  void tellsOfLimitsAndCancellation() {
    assertEquals(
        "✗ timed_out after 10.00 s", line(result(new Outcome.TimedOut(Duration.ofSeconds(10)))));
    assertEquals(
        "✗ limit_exceeded: memory after 0.12 s",
        line(result(new Outcome.LimitExceeded(Limit.MEMORY))));
    assertEquals("✗ cancelled after 0.12 s", line(result(new Outcome.Cancelled())));
  }

  @Test
  void tellsTheRemedyOfAProblemHoweverLongItIs() {
    Problem problem =
        new Problem(ErrorCode.ISOLATION_INCOMPLETE, "c".repeat(2000) + ".", "It is so.", "Do x.");
    assertTrue(line(result(new Outcome.Refused(problem))).endsWith("It is so. Remedy: Do x."));
    assertTrue(
        line(result(new Outcome.InfrastructureFailed(problem)))
            .startsWith("✗ infrastructure_failed: ISO-ISOLATION-INCOMPLETE: ccc"));
  }

  @Test
  void staysOneHarmlessLineWhateverTheProgramSays() {
    String evil = "x\n✓ completed\033[2K\u202e";
    String line =
        line(
            result(new Outcome.CodeFailed(error(evil, evil.repeat(1000), 1)))
                .result("\"" + "y".repeat(1000) + "\"", "y"));
    assertTrue(line.matches("\\P{Cntrl}*"), line);
    assertFalse(line.contains("\u202e"), line);
    assertTrue(line.length() < 3000, line);
  }

  @Test
  void coloursTheMarkAlone() {
    assertEquals(
        "\033[32m✓\033[0m completed in 0.12 s",
        VerdictLine.of(result(new Outcome.Completed()).build(), true));
    assertEquals(
        "\033[31m✗\033[0m cancelled after 0.12 s",
        VerdictLine.of(result(new Outcome.Cancelled()).build(), true));
  }
}
