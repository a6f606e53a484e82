package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tools of every kind in a real sandbox: their types before a type checker, and their calls. */
@Timeout(300)
@Tag("host")
@Tag("once")
class TypedToolsTest {
  private static final ToolRegistry TOOLS = MixedTools.of(300);
  private static Runtime runtime;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    runtime =
        SubprocessRuntime.builder()
            .allowDegraded(SubprocessContract.waivedHere().toArray(Control[]::new))
            .build();
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  @Test
  void theStubsOfThreeHundredToolsPassAStrictTypeCheckerAndSoDoesAProgram() throws Exception {
    run("import shutil\nshutil.copy('/workspace/lib/tools.pyi', 'tools.pyi')", directory);
    Path stubs = directory.resolve("out/files/tools.pyi");
    Path program = Files.copy(source("typed.py"), stubs.resolveSibling("typed.py"));

    assertEquals("", mypy(stubs, program));
  }

  @Test
  void theTypeCheckerFindsWhatIsWrong() throws Exception {
    run("import shutil\nshutil.copy('/workspace/lib/tools.pyi', 'tools.pyi')", directory);
    Path stubs = directory.resolve("out/files/tools.pyi");
    Path program = stubs.resolveSibling("wrong.py");
    Files.writeString(
        program,
        """
        import tools
        tools.shape("round")
        tools.list(1, 2, 3)
        tools.nothing(1)
        tools.remove()
        tools.shape({"type": "Circle", "radius": "1"})
        """);

    List<String> found = mypy(program).lines().toList();

    for (int line = 2; line <= 6; line++) {
      String place = "wrong.py:" + line + ":";
      assertTrue(found.stream().anyMatch(each -> each.contains(place)), () -> place + found);
    }
  }

  @Test
  void theirCallsGiveBackWhatTheyGot() throws Exception {
    ExecutionResult result = run(Files.readString(source("typed.py")), directory);

    assertEquals("all equal\n", result.stdout().text(), result.stderr()::text);
  }

  @Test
  void wrongArgumentsAreToldBeforeTheCallByNameAndType() throws Exception {
    ExecutionResult result = run(Files.readString(source("wrong_arguments.py")), directory);

    assertEquals(
        Files.readString(source("wrong_arguments.txt")),
        result.stdout().text(),
        result.stderr()::text);
    assertEquals(List.of(), result.toolCalls());
  }

  private static Path source(String name) {
    return Path.of(System.getProperty("iso.root"), "iso-runtime-subprocess/src/test/python", name);
  }

  private static ExecutionResult run(String program, Path directory) {
    try (var workspace = runtime.openWorkspace(directory)) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(program).in(workspace).tools(TOOLS).build());
      assertEquals(
          Outcome.Completed.class,
          result.outcome().getClass(),
          () -> result + "\n" + result.stderr().text());
      return result;
    }
  }

  private static String mypy(Path... files) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/usr/bin/python3", "-m", "mypy", "--strict", "--no-error-summary")
            .directory(files[0].getParent().toFile())
            .redirectErrorStream(true);
    for (Path file : files) {
      builder.command().add(file.getFileName().toString());
    }
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return output;
  }
}
