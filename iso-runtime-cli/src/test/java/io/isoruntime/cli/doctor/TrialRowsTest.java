package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.IsolationReport.State;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import io.isoruntime.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrialRowsTest {
  private static final HostReadings HOST = Hosts.well(1000, Hosts.V2);
  private static final Path PATH = Path.of("/w");

  private static ExecutionResult.Builder result(Outcome outcome) {
    return ExecutionResult.builder("id", outcome, PATH)
        .usage(new Usage(Duration.ofMillis(12), Duration.ZERO, 0));
  }

  private static ExecutionResult.Builder good(String... environment) {
    return result(new Outcome.Completed())
        .artifacts(List.of(new Artifact("trial.txt", 1, "00", PATH)))
        .result(
            "{}",
            Map.of(
                "answer", "yes",
                "python", "3.11.2",
                "executable", "/usr/bin/python3.11",
                "environment", List.of(environment)));
  }

  private static Row row(String name, List<Row> rows) {
    return rows.stream().filter(row -> row.name().equals(name)).findAny().orElseThrow();
  }

  private static Row row(String name, ExecutionResult.Builder result) {
    return row(name, TrialRows.of(result.build(), "python3", HOST));
  }

  private static Problem problem(ErrorCode code) {
    return new Problem(code, "The cause.", "The consequence.", "The remedy.");
  }

  @Test
  void tellsTheInterpreterBehindTheName() {
    assertEquals(
        Row.pass("interpreter", "Python 3.11.2, /usr/bin/python3.11 for 'python3'"),
        row("interpreter", good()));
  }

  @Test
  void passesATrialThatDidAllOfIt() {
    assertEquals(
        Row.pass("trial", "a program called a tool and left a file, in 0.012 s"),
        row("trial", good()));
  }

  @Test
  void failsATrialThatLacksSomething() {
    Row row = row("trial", good().artifacts(List.of()));
    assertEquals("the program ended completed", row.detail());
    assertTrue(!row.passed() && row.remedy().isPresent(), row.toString());
  }

  @Test
  void tellsWhyATrialFailed() {
    PythonError error =
        new PythonError(ErrorCode.PYTHON_EXCEPTION, "ImportError", "no tools", 1, "", null);
    assertEquals(
        "the program ended code_failed: ImportError: no tools",
        row("trial", result(new Outcome.CodeFailed(error))).detail());
    assertEquals(
        Row.fail("trial", "The cause.", "The remedy."),
        row("trial", result(new Outcome.Refused(problem(ErrorCode.USER_NAMESPACES_BLOCKED)))));
    assertEquals(
        Row.fail("trial", "The cause.", "The remedy."),
        row("trial", result(new Outcome.InfrastructureFailed(problem(ErrorCode.CHANNEL_LOST)))));
  }

  @Test
  void makesARowOfEachControl() {
    ExecutionResult.Builder result =
        good()
            .isolation(
                new IsolationReport(
                    "subprocess",
                    "unix-socket",
                    List.of(
                        new IsolationReport.Reading(Control.PIDS, State.ENFORCED, "64 processes"),
                        new IsolationReport.Reading(Control.MEMORY, State.WAIVED, "no limit"),
                        new IsolationReport.Reading(Control.SECCOMP, State.MISSING, "mode 0"))));
    assertEquals(Row.pass("isolation.pids", "64 processes"), row("isolation.pids", result));
    assertEquals(
        Row.fail("isolation.memory", "no limit", ControlRemedy.of(Control.MEMORY, HOST)),
        row("isolation.memory", result));
    assertTrue(!row("isolation.seccomp", result).passed());
  }

  @Test
  void findsNoSecretAmongOrdinaryNames() {
    assertEquals(
        Row.pass("isolation.credentials", "none among HOME KEYBOARD PATH PYTHONPATH"),
        row("isolation.credentials", good("HOME", "KEYBOARD", "PATH", "PYTHONPATH")));
  }

  @Test
  void namesSecretsThatTheProgramSees() {
    for (String name :
        List.of(
            "AWS_REGION",
            "GITHUB_TOKEN",
            "OPENAI_API_KEY",
            "Db_Password",
            "SECRET",
            "MY_SECRET_NAME",
            "SSH_KEYS",
            "NO_PROXY",
            "https_proxy",
            "DOCKER_HOST")) {
      Row row = row("isolation.credentials", good("PATH", name));
      assertEquals("the program sees " + name, row.detail());
      assertTrue(!row.passed(), name);
    }
  }

  @Test
  void inAContainerTheImageHasTheInterpreterAndTheEngineTheRemedies() {
    ExecutionResult.Builder result =
        good("PATH")
            .isolation(
                new IsolationReport(
                    "docker",
                    "attached",
                    List.of(new IsolationReport.Reading(Control.PIDS, State.WAIVED, "no limit"))));
    assertEquals(
        List.of(
            Row.pass("interpreter", "Python 3.11.2, /usr/bin/python3.11 in mine:1"),
            Row.pass("trial", "a program called a tool and left a file, in 0.012 s"),
            Row.fail(
                "isolation.pids",
                "no limit",
                ControlRemedy.inContainer(Control.PIDS, Optional.of("runsc"))),
            Row.pass("isolation.credentials", "none among PATH")),
        TrialRows.inContainer(result.build(), "mine:1", Optional.of("runsc")));
  }

  @Test
  void aTrialThatCameToNothingInAContainerIsOneRow() {
    assertEquals(
        List.of(Row.fail("trial", "The cause.", "The remedy.")),
        TrialRows.inContainer(
            result(new Outcome.InfrastructureFailed(problem(ErrorCode.CHANNEL_LOST))).build(),
            "mine:1",
            Optional.empty()));
  }

  @Test
  void withoutAnInterpreterThatRowTells() {
    List<Row> rows = TrialRows.of(problem(ErrorCode.INTERPRETER_UNUSABLE), "python3");
    assertEquals(Row.fail("interpreter", "The cause.", "The remedy."), row("interpreter", rows));
    assertEquals(Row.fail("trial", "not run: The cause.", "The remedy."), row("trial", rows));
  }

  @Test
  void withoutAWorkspaceTheInterpreterIsWellAllTheSame() {
    List<Row> rows = TrialRows.of(problem(ErrorCode.WORKSPACE_UNUSABLE), "python3");
    assertEquals(
        new Row("interpreter", true, "python3", Optional.empty()), row("interpreter", rows));
    assertTrue(!row("trial", rows).passed());
  }
}
