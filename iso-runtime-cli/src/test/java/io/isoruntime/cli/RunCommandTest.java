package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Real programs in real sandboxes: every outcome, and what the command makes of it. */
@Tag("host")
class RunCommandTest {
  @TempDir Path directory;

  private Path workspace() {
    return directory.resolve("workspace");
  }

  private Iso.Ran run(String program, String... options) {
    String[] all = new String[options.length + 2];
    System.arraycopy(options, 0, all, 0, options.length);
    all[options.length] = "--workspace";
    all[options.length + 1] = workspace().toString();
    return Iso.runs(program, all);
  }

  private JsonNode json(int status, String program, String... options) throws Exception {
    String[] all = new String[options.length + 1];
    System.arraycopy(options, 0, all, 1, options.length);
    all[0] = "--json";
    Iso.Ran ran = run(program, all);
    assertEquals(status, ran.status(), ran.toString());
    assertTrue(ran.out().endsWith("}\n"), ran.out());
    return Json.parse(ran.out().getBytes(StandardCharsets.UTF_8));
  }

  private void assertEnds(int status, String verdict, String program, String... options) {
    Iso.Ran ran = run(program, options);
    assertEquals(status, ran.status(), ran.toString());
    String last = ran.err().stripTrailing();
    last = last.substring(last.lastIndexOf('\n') + 1);
    assertTrue(last.startsWith(verdict), ran.toString());
  }

  @Test
  void checksAProgramAndRunsItOnlyIfNothingIsFound() {
    Iso.Ran wrong = run("print(1)\nfrom tools import ad\n", "--tools", "demo", "--check");
    assertEquals(1, wrong.status(), wrong.err());
    assertTrue(wrong.out().startsWith("2:19 UNKNOWN_TOOL: There is no tool 'ad'. Did you mean"));

    Iso.Ran right = run("from tools import add\nprint(add(1, 2))\n", "--tools", "demo", "--check");
    assertEquals(0, right.status(), right.err());
    assertEquals("3\n", right.out());
  }

  @Test
  void passesOutputOnAndEndsWithAVerdict() {
    Iso.Ran ran =
        run(
            """
            import sys
            print("héllo \\x1b[1m")
            print("careful", file=sys.stderr)
            """);
    assertEquals("héllo \033[1m\n", ran.out());
    assertTrue(ran.err().matches("careful\n✓ completed in [0-9.]+ s[^\n]*\n"), ran.err());
    assertEquals(0, ran.status());
  }

  @Test
  void failsWithTheProgram() {
    assertEnds(1, "✗ code_failed: ZeroDivisionError: division by zero (line 2)", "x = 0\n1 / x\n");
    assertEnds(1, "✗ code_failed: SyntaxError: ", "x = (");
    assertEnds(1, "✗ code_failed: SystemExit: 3", "import sys\nsys.exit(3)");
    assertEnds(1, "✗ code_failed: SIGSEGV: ", "import os\nos.kill(os.getpid(), 11)");
  }

  @Test
  void showsTheTraceback() {
    Iso.Ran ran = run("raise ValueError('no')");
    assertTrue(ran.err().startsWith("Traceback (most recent call last):\n"), ran.err());
  }

  @Test
  void endsAProgramThatRunsTooLong() {
    assertEnds(3, "✗ timed_out after 0.30 s", "while True: pass", "--timeout", "300ms");
  }

  @Test
  @EnabledIf(value = "io.isoruntime.cli.Iso#isRoot", disabledReason = "it takes a cgroup")
  void endsAProgramThatExceedsALimit() {
    assertEnds(3, "✗ limit_exceeded: memory ", "x = bytearray(10**9)", "--memory", "64m");
    assertEnds(
        3, "✗ limit_exceeded: cpu ", "while True: pass", "--cpu-time=200ms", "--timeout=30s");
  }

  @Test
  void jsonIsOneObjectOfTheContract() throws Exception {
    JsonNode json =
        json(
            0,
            """
            from iso import set_result
            print("out")
            open("chart.svg", "w").write("<svg/>")
            set_result({"total": 3})
            """);
    Set<String> names = new TreeSet<>();
    for (Iterator<String> fields = json.fieldNames(); fields.hasNext(); ) {
      names.add(fields.next());
    }
    assertTrue(
        names.containsAll(
            List.of(
                "id",
                "status",
                "limit",
                "error",
                "stdout",
                "stderr",
                "stdoutTruncated",
                "stderrTruncated",
                "result",
                "artifacts",
                "rejected",
                "toolCalls",
                "ledger",
                "usage",
                "isolation",
                "workspace")),
        names.toString());
    assertEquals("completed", json.get("status").textValue());
    assertEquals("out\n", json.get("stdout").textValue());
    assertEquals(3, json.at("/result/total").intValue());
    assertEquals("chart.svg", json.at("/artifacts/0/path").textValue());
    assertEquals(6, json.at("/artifacts/0/size").intValue());
    assertEquals(workspace().toString(), json.get("workspace").textValue());
    assertEquals("<svg/>", Files.readString(workspace().resolve("out/files/chart.svg")));
  }

  @Test
  void jsonTellsFailuresToo() throws Exception {
    JsonNode failed = json(1, "import missing");
    assertEquals("code_failed", failed.get("status").textValue());
    assertEquals("ModuleNotFoundError", failed.at("/error/type").textValue());
    assertEquals(1, failed.at("/error/line").intValue());
    JsonNode late = json(3, "import time\ntime.sleep(60)", "--timeout", "0.2");
    assertEquals("timed_out", late.get("status").textValue());
  }

  @Test
  void keepsHeadAndTailOfTooMuchOutput() throws Exception {
    JsonNode json = json(0, "print('x' * 100_000)", "--max-output", "2k");
    assertTrue(json.get("stdoutTruncated").booleanValue());
    assertEquals("output", json.get("limit").textValue());
    assertTrue(json.get("stdout").textValue().length() < 3000);
  }

  @Test
  void lendsTheDemonstrationsTools() throws Exception {
    JsonNode json =
        json(
            0,
            """
            import tools
            from tools import add, blob, echo, fail, sleep
            from iso import set_result
            failures = []
            for call in (lambda: fail("as asked"), lambda: blob(9_000_000)):
                try:
                    call()
                except tools.ToolError as error:
                    failures.append(error.code)
            set_result([
                echo({"a": [1, None]}), echo(None), echo(b"xy") == b"xy", add(2**70, 1) == 2**70 + 1,
                sleep(0), len(blob(8 * 1024 * 1024)), failures,
            ])
            """,
            "--tools",
            "demo");
    assertEquals(
        "[{\"a\":[1,null]},null,true,true,null,8388608,[\"FAILED_AS_ASKED\",\"INVALID_ARGUMENT\"]]",
        json.get("result").toString());
    assertEquals(8, json.get("toolCalls").size());
  }

  @Test
  void interruptsASleepingToolAtTheTimeout() throws Exception {
    String program = "from tools import sleep\nsleep(60)";
    JsonNode json = json(3, program, "--tools", "demo", "--timeout", "300ms");
    for (int seconds = 1; json.get("toolCalls").isEmpty() && seconds < 10; seconds *= 2) {
      json = json(3, program, "--tools", "demo", "--timeout", seconds + "s"); // the host is busy
    }
    assertEquals("cancelled", json.at("/toolCalls/0/status").textValue());
  }

  @Test
  void givesTheProgramItsInputs() throws Exception {
    Path file = Files.writeString(directory.resolve("sales.csv"), "1,2");
    Iso.Ran ran =
        run(
            "print(open('sales.csv').read(), open('data/other.csv').read())",
            "--input",
            file.toString(),
            "--input",
            "data/other.csv=" + file);
    assertEquals("1,2 1,2\n", ran.out(), ran.err());
  }

  @Test
  void findsEarlierArtifactsInTheSameWorkspace() {
    assertEquals(0, run("open('state.txt', 'w').write('kept')").status());
    assertEquals("kept\n", run("print(open('state.txt').read())").out());
  }

  @Test
  void keepsAFreshWorkspaceAndTellsWhereItIs() throws Exception {
    Iso.Ran ran = Iso.runs("pass", "--json");
    Path fresh =
        Path.of(
            Json.parse(ran.out().getBytes(StandardCharsets.UTF_8)).get("workspace").textValue());
    assertTrue(Files.exists(fresh.resolve("out/execution.json")), ran.out());
    try (var files = Files.walk(fresh)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void preloadsModules() throws Exception {
    assertEquals(
        "True\n",
        run("import sys\nprint('colorsys' in sys.modules)", "--preload", "colorsys").out());
  }

  @Test
  void namesAnInterpreterThatCannotBeUsed() throws Exception {
    JsonNode json = json(4, "pass", "--python", "/absent/python");
    assertEquals("infrastructure_failed", json.get("status").textValue());
    assertEquals("ISO-INTERPRETER-UNUSABLE", json.at("/error/code").textValue());
    assertFalse(json.at("/error/remedy").textValue().isEmpty());
    assertFalse(Files.exists(workspace()));
  }

  @Test
  void namesAWorkspaceThatCannotBeMade() {
    Iso.Ran ran = Iso.runs("pass", "--workspace", "/proc/none");
    assertEquals(4, ran.status());
    assertTrue(ran.err().startsWith("✗ infrastructure_failed: ISO-WORKSPACE-UNUSABLE"), ran.err());
  }
}
