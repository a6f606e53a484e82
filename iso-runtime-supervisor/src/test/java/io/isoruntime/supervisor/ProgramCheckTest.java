package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.CodeFinding;
import io.isoruntime.CodeFinding.Code;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.python.CheckerSources;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the checker's end; what it finds is the matter of its own tests. */
@Timeout(300)
class ProgramCheckTest {
  @TempDir Path root;

  private List<CodeFinding> check(String code, ScriptedBackend.Script script) {
    SupervisorConfig config =
        new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0);
    try (SupervisedRuntime runtime = new SupervisedRuntime(new ScriptedBackend(script), config)) {
      return runtime.check(code, ToolRegistry.empty());
    } finally {
      assertArrayEquals(new String[0], root.toFile().list(), "no workspace is left");
    }
  }

  private List<CodeFinding> answered(String result) {
    return check(
        "pass",
        init -> {
          init.start();
          init.send(FrameType.RESULT, result);
          init.end();
        });
  }

  private ErrorCode failsWith(ScriptedBackend.Script script) {
    return assertThrows(IsoException.class, () -> check("pass", script)).problem().code();
  }

  @Test
  void theAnswerIsTheFindings() {
    assertEquals(List.of(), answered("{\"findings\":[]}"));
    assertEquals(
        List.of(new CodeFinding(Code.UNKNOWN_TOOL, "m", 2, 3, "r")),
        answered(
            "{\"findings\":[{\"code\":\"UNKNOWN_TOOL\",\"message\":\"m\",\"line\":2,\"column\":3,"
                + "\"remedy\":\"r\"}]}"));
  }

  @Test
  void anAnswerThatIsNoneIsNoAbsenceOfFindings() {
    IsoException malformed = assertThrows(IsoException.class, () -> answered("[]"));
    assertEquals(ErrorCode.CHECK_FAILED, malformed.problem().code());
    assertEquals(
        ErrorCode.CHECK_FAILED,
        failsWith(
            init -> {
              init.start();
              init.end();
            }));
  }

  @Test
  void whatEndsTheCheckerIsAFinding() {
    List<CodeFinding> findings =
        check(
            "pass",
            init -> {
              init.start();
              init.send(FrameType.RESULT, "{\"findings\":[]}");
              init.send(FrameType.EXITED, "{\"code\":null,\"signal\":11,\"deadline\":false}");
              init.await(FrameType.KILL);
              init.collected();
            });

    assertEquals(List.of(Code.NOT_CHECKED), findings.stream().map(CodeFinding::code).toList());
  }

  @Test
  void aHostThatFailsIsAnException() {
    assertEquals(ErrorCode.CHANNEL_LOST, failsWith(init -> init.start()));
  }

  @Test
  void aHugeSourceNeedsNoSandbox() {
    List<CodeFinding> findings =
        check(
            "#".repeat(ProgramCheck.MAX_SOURCE + 1),
            init -> {
              throw new AssertionError("a sandbox was made");
            });

    assertEquals(List.of(Code.NOT_CHECKED), findings.stream().map(CodeFinding::code).toList());
  }

  @Test
  void allModulesOfTheCheckerAreSent() {
    String[] files =
        Path.of("src/main/python/iso_check").toFile().list((dir, name) -> name.endsWith(".py"));

    assertEquals(
        Arrays.stream(files).filter(name -> !name.equals("__main__.py")).sorted().toList(),
        CheckerSources.inputs().keySet().stream()
            .map(name -> name.substring("iso_check/".length()))
            .sorted()
            .toList());
  }
}
