package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a plan when the runtime is not ready, fails, or does as it was told. */
class PlannedRunTest {
  @TempDir Path directory;
  private final StubRuntime runtime = new StubRuntime();

  private static Problem problem(ErrorCode code) {
    return new Problem(code, "The cause.", "The consequence.", "The remedy.");
  }

  private static JsonNode parse(String json) throws Exception {
    assertTrue(json.endsWith("}\n") && json.indexOf('\n') == json.length() - 1, json);
    return Json.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  private Iso.Ran run(String... options) throws Exception {
    String input = Files.createFile(directory.resolve("a.csv")).toString();
    return Iso.command(spec -> runtime, "pass", Iso.runArguments(with(options, "--input", input)));
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new java.util.ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private void endsAs(Outcome outcome) {
    runtime.result.complete(ExecutionResult.builder("stub", outcome, directory).build());
  }

  @Test
  void opensAWorkspaceFillsItRunsAndClosesInReverse() throws Exception {
    endsAs(new Outcome.Completed());
    Iso.Ran ran = run();
    assertEquals(0, ran.status());
    assertEquals("", ran.out());
    assertEquals("✓ completed in 0.00 s\n", ran.err());
    assertEquals(
        List.of("open /fresh", "put a.csv", "start", "close workspace", "close runtime"),
        runtime.calls);
  }

  @Test
  void runsNothingInWhichTheCheckFoundSomething() throws Exception {
    runtime.findings =
        List.of(
            new CodeFinding(CodeFinding.Code.UNKNOWN_TOOL, "No 'x'.", 3, 7, "Say 'y'."),
            new CodeFinding(CodeFinding.Code.MISSING_ARGUMENT, "It lacks 'z'.", 4, 1, "Give it."));

    Iso.Ran ran = run("--check");

    assertEquals(1, ran.status());
    assertEquals(
        "3:7 UNKNOWN_TOOL: No 'x'. Say 'y'.\n4:1 MISSING_ARGUMENT: It lacks 'z'. Give it.\n",
        ran.out());
    assertEquals(List.of("check pass", "close runtime"), runtime.calls);
  }

  @Test
  void givesFindingsAsJson() throws Exception {
    runtime.findings =
        List.of(new CodeFinding(CodeFinding.Code.UNKNOWN_TOOL, "No 'x'.", 3, 7, "Say 'y'."));

    Iso.Ran ran = run("--check", "--json");

    assertEquals(1, ran.status());
    assertEquals(
        parse(
            "{\"findings\":[{\"code\":\"UNKNOWN_TOOL\",\"message\":\"No 'x'.\",\"line\":3,"
                + "\"column\":7,\"remedy\":\"Say 'y'.\"}]}\n"),
        parse(ran.out()));
  }

  @Test
  void runsWhatTheCheckFoundNothingIn() throws Exception {
    endsAs(new Outcome.Completed());

    assertEquals(0, run("--check").status());
    assertEquals(List.of("check pass", "open /fresh"), runtime.calls.subList(0, 2));
  }

  @Test
  void usesTheWorkspaceThatWasNamed() throws Exception {
    endsAs(new Outcome.LimitExceeded(Limit.CPU));
    assertEquals(3, run("--workspace", "job-17").status());
    assertEquals("open job-17", runtime.calls.get(0));
  }

  @Test
  void leavesNoFreshWorkspaceThatItCouldNotFill() throws Exception {
    runtime.refusesInputs = problem(ErrorCode.INPUT_UNUSABLE).toException();
    Iso.Ran ran = run("--json");
    assertEquals(4, ran.status());
    assertEquals("infrastructure_failed", parse(ran.out()).get("status").textValue());
    assertEquals(
        List.of("open /fresh", "put a.csv", "delete workspace", "close runtime"), runtime.calls);
  }

  @Test
  void keepsANamedWorkspaceThatItCouldNotFill() throws Exception {
    runtime.refusesInputs = problem(ErrorCode.INPUT_UNUSABLE).toException();
    assertEquals(4, run("--workspace", "job-17").status());
    assertEquals(
        List.of("open job-17", "put a.csv", "close workspace", "close runtime"), runtime.calls);
  }

  @Test
  void tellsADefectAsAnObjectOfTheSameShape() throws Exception {
    runtime.result.completeExceptionally(new IllegalStateException("oops"));
    Iso.Ran ran = run("--json");
    assertEquals(4, ran.status());
    JsonNode json = parse(ran.out());
    assertEquals("infrastructure_failed", json.get("status").textValue());
    assertEquals("ISO-INTERNAL", json.at("/error/code").textValue());
    assertTrue(json.at("/error/message").textValue().contains("oops"), ran.out());
    assertEquals("close runtime", runtime.calls.get(runtime.calls.size() - 1));
  }

  @Test
  void tellsAHostThatIsNotReadyAsAnObjectOfTheSameShape() throws Exception {
    Iso.Ran ran =
        Iso.command(
            spec -> {
              throw problem(ErrorCode.INTERPRETER_UNUSABLE).toException();
            },
            "pass",
            "run",
            "--json",
            "-");
    assertEquals(4, ran.status());
    assertEquals("", ran.err());
    assertEquals(
        parse(
            """
            {"id":"","status":"infrastructure_failed","limit":null,"error":{\
            "code":"ISO-INTERPRETER-UNUSABLE","type":null,\
            "message":"The cause. The consequence.","line":null,"traceback":null,\
            "remedy":"The remedy."},"stdout":"","stderr":"","stdoutTruncated":false,\
            "stderrTruncated":false,"result":null,"artifacts":[],"rejected":[],"toolCalls":[],\
            "ledger":{"entries":0,"refused":0,\
            "head":"dc086b41e1b504ac2ff74d0284bee7b7c8d7ed50a6e9333ffd2c1a2dc10e2127"},\
            "usage":{"wallMillis":0,"cpuMillis":0,"peakMemoryBytes":0},"isolation":{\
            "backend":"subprocess","channel":"none","waived":[],"controls":[]},"workspace":"",\
            "notes":[]}
            """),
        parse(ran.out()));
  }

  @Test
  void callsMissingIsolationARefusal() {
    for (ErrorCode code :
        List.of(
            ErrorCode.ISOLATION_INCOMPLETE,
            ErrorCode.USER_NAMESPACES_BLOCKED,
            ErrorCode.SANDBOX_SETUP_FAILED,
            ErrorCode.CGROUPS_UNAVAILABLE,
            ErrorCode.MOUNT_REFUSED)) {
      Iso.Ran ran =
          Iso.command(
              spec -> {
                throw problem(code).toException();
              },
              "pass",
              "run",
              "-");
      assertEquals(4, ran.status());
      assertEquals("", ran.out());
      assertEquals(
          "✗ refused: " + code.code() + ": The cause. The consequence. Remedy: The remedy.\n",
          ran.err());
    }
  }
}
