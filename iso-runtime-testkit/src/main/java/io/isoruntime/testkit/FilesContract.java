package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Inputs, artifacts and the workspace's layout. */
public interface FilesContract extends ContractSubject {

  @Test
  default void aFileWrittenByARelativeNameIsAnArtifact() throws Exception {
    ExecutionResult result = run("open('chart.png', 'wb').write(b'\\x89PNG')");

    Expect.completed(result);
    assertEquals(1, result.artifacts().size());
    Artifact chart = result.artifacts().get(0);
    assertEquals("chart.png", chart.path());
    assertEquals(4, chart.size());
    assertEquals(result.workspace().resolve("out/files/chart.png"), chart.file());
    byte[] content = Files.readAllBytes(chart.file());
    assertEquals((byte) 0x89, content[0]);
    assertEquals(
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)),
        chart.sha256());
  }

  @Test
  default void twoHundredFilesInDirectoriesArrive() throws Exception {
    ExecutionResult result =
        run(
            """
            import os
            for i in range(200):
                os.makedirs(f"d{i % 7}/deeper", exist_ok=True)
                with open(f"d{i % 7}/deeper/{i}.txt", "w") as file:
                    file.write(str(i) * i)
            """);

    Expect.completed(result);
    List<String> expected =
        IntStream.range(0, 200).mapToObj(i -> "d" + i % 7 + "/deeper/" + i + ".txt").toList();
    assertEquals(expected.stream().sorted().toList(), Expect.artifacts(result));
    assertEquals("199".repeat(199), Expect.content(result, "d3/deeper/199.txt"));
    assertEquals("", Expect.content(result, "d0/deeper/0.txt"));
    assertEquals(List.of(), result.rejected());
  }

  @Test
  default void anInputIsReadByItsNameAndIsNoArtifact() {
    Workspace workspace = workspace();
    workspace.put("sales.csv", bytes("12\n"));
    workspace.put("more/b.csv", bytes("30\n"));
    assertEquals(List.of("more/b.csv", "sales.csv"), workspace.inputs());

    ExecutionResult result =
        run(
            workspace,
            """
            print(int(open("sales.csv").read()) + int(open("more/b.csv").read()))
            print(open("/workspace/in/sales.csv").read(), end="")
            """);

    Expect.printed("42\n12\n", result);
    assertEquals(List.of(), Expect.artifacts(result));
    assertEquals(List.of(), result.rejected());
  }

  @Test
  default void aModifiedInputIsAnArtifactAndTheHostsCopyStays() throws Exception {
    Workspace workspace = workspace();
    workspace.put("sales.csv", bytes("old"));
    workspace.put("other.csv", bytes("other"));

    ExecutionResult result = run(workspace, "open('sales.csv', 'w').write('new')");

    Expect.completed(result);
    assertEquals(List.of("sales.csv"), Expect.artifacts(result));
    assertEquals("new", Expect.content(result, "sales.csv"));
    assertEquals("old", Files.readString(workspace.directory().resolve("in/sales.csv")));
    Expect.printed("new", run(workspace, "print(end=open('sales.csv').read())"));
  }

  @Test
  default void whatAProgramDoesToItsCopiesOfCodeAndInputsNeverReachesTheHost() throws Exception {
    Workspace workspace = workspace();
    workspace.put("a.csv", bytes("old"));
    String spoiler =
        """
        import os
        for path in "/workspace/pkg/main.py", "/workspace/in/a.csv":
            os.remove(path)
            os.symlink("/etc/passwd", path)
        """;

    Expect.completed(run(workspace, spoiler));

    Path root = workspace.directory();
    assertEquals(spoiler, Files.readString(root.resolve("pkg/main.py")));
    assertEquals("old", Files.readString(root.resolve("in/a.csv")));
    assertFalse(Files.isSymbolicLink(root.resolve("in/a.csv")));
  }

  @Test
  default void linksAndSpecialFilesAreRejectedByName() throws Exception {
    ExecutionResult result =
        run(
            """
            import os, socket
            os.symlink("/etc/passwd", "link")
            os.symlink("/etc", "directory-link")
            os.symlink("loop", "loop")
            os.mkfifo("fifo")
            socket.socket(socket.AF_UNIX).bind("socket")
            open("plain.txt", "w").write("kept")
            """);

    Expect.completed(result);
    assertEquals(List.of("plain.txt"), Expect.artifacts(result));
    assertEquals(
        List.of("directory-link", "fifo", "link", "loop", "socket"), rejectedPaths(result));
    assertTrue(result.rejected().stream().noneMatch(entry -> entry.reason().isBlank()));
    assertEquals(List.of("plain.txt"), names(result.workspace().resolve("out/files")));
  }

  @Test
  default void anOutputDirectoryReplacedByALinkGivesNothingForeign() {
    ExecutionResult result =
        run(
            """
            import os
            open("mine.txt", "w").write("mine")
            try:
                os.rename("/workspace/out", "/workspace/elsewhere")
                os.symlink("/etc", "/workspace/out")
            except OSError:
                pass
            """);

    Expect.completed(result);
    assertTrue(List.of("mine.txt").containsAll(Expect.artifacts(result)));
  }

  @Test
  default void hostileNamesAreEscapedOrRejected() throws Exception {
    ExecutionResult result =
        run(
            """
            import os
            for name in b"bad\\xff", b"line\\nbreak", b"esc\\x1b[31m", b"back\\\\slash", b"x" * 255:
                open(os.path.join(b"/workspace/out", name), "w").close()
            """);

    Expect.completed(result);
    Stream.concat(Expect.artifacts(result).stream(), rejectedPaths(result).stream())
        .forEach(
            path ->
                assertTrue(path.chars().noneMatch(Character::isISOControl), () -> "in " + path));
    assertEquals(5, result.artifacts().size() + result.rejected().size());
  }

  @Test
  default void artifactsBeyondTheirNumberAreRejectedAndTheOutcomeStands() {
    ExecutionLimits limits = ExecutionLimits.builder().artifactCount(3).build();

    ExecutionResult result =
        run(
            ExecutionRequest.python("for i in range(5): open(f'{i}.txt', 'w').write('x')")
                .limits(limits));

    Expect.completed(result);
    assertEquals(Limit.ARTIFACTS, result.limit().orElseThrow());
    assertEquals(3, result.artifacts().size());
    assertEquals(2, result.rejected().size());
  }

  @Test
  default void artifactsBeyondTheirBytesAreRejectedAndTheOutcomeStands() {
    ExecutionLimits limits = ExecutionLimits.builder().artifactBytes(1_000).build();

    ExecutionResult result =
        run(
            ExecutionRequest.python(
                    "open('a', 'w').write('x' * 900)\nopen('b', 'w').write('x' * 900)")
                .limits(limits));

    Expect.completed(result);
    assertEquals(Limit.ARTIFACTS, result.limit().orElseThrow());
    assertEquals(1, result.artifacts().size());
    assertEquals(1, result.rejected().size());
  }

  @Test
  default void artifactsOfAProgramThatFailsOrTimesOutAreKept() throws Exception {
    ExecutionResult failed = run("open('a.txt', 'w').write('kept')\nraise ValueError()");

    Expect.failed(ErrorCode.PYTHON_EXCEPTION, failed);
    assertEquals("kept", Expect.content(failed, "a.txt"));
    ExecutionResult late =
        Late.run(
            this,
            ExecutionRequest.python(
                "with open('b.txt', 'w') as f: f.write('kept')\nwhile True: pass"),
            result -> !result.artifacts().isEmpty());
    assertEquals("kept", Expect.content(late, "b.txt"));
  }

  @Test
  default void aLaterExecutionSeesEarlierOutputsAndReportsOnlyWhatItChanges() throws Exception {
    Workspace workspace = workspace();
    run(
        workspace,
        """
        import os
        os.mkdir("d")
        for name in "d/a.txt", "b.txt", "c.txt":
            with open(name, "w") as file:
                file.write("one")
        """);

    ExecutionResult second =
        run(
            workspace,
            """
            print(open("d/a.txt").read())
            with open("b.txt", "a") as file:
                file.write(" two")
            """);

    Expect.printed("one\n", second);
    assertEquals(List.of("b.txt"), Expect.artifacts(second));
    assertEquals("one two", Expect.content(second, "b.txt"));
    assertEquals(
        List.of("b.txt", "c.txt", "d/a.txt"), names(workspace.directory().resolve("out/files")));
  }

  @Test
  default void theWorkspaceHoldsTheWholeRecord() throws Exception {
    Workspace workspace = workspace();
    workspace.put("in.csv", bytes("x"));
    String code =
        """
        import sys
        from iso import set_result
        from tools import add
        set_result({"sum": add(2, 3)})
        print("out")
        print("err", file=sys.stderr)
        open("a.txt", "w").write("a")
        """;
    ToolRegistry tools = ToolRegistry.of(ContractTools.add());

    ExecutionResult first =
        shared().execute(ExecutionRequest.python(code).in(workspace).tools(tools).build());
    Expect.completed(first);

    Path root = workspace.directory();
    Path out = root.resolve("out");
    assertEquals(
        List.of(
            "in/in.csv",
            "out/calls/0001-add.json",
            "out/execution.json",
            "out/files/a.txt",
            "out/result.json",
            "out/runtime.err.log",
            "out/runtime.out.log",
            "pkg/main.py"),
        names(root));
    assertEquals(code, Files.readString(root.resolve("pkg/main.py")));
    assertEquals("out\n", Files.readString(out.resolve("runtime.out.log")));
    assertEquals("err\n", Files.readString(out.resolve("runtime.err.log")));
    assertEquals(Map.of("sum", 5L), ContractTools.json(out.resolve("result.json")));
    Map<?, ?> record = ContractTools.jsonObject(out.resolve("execution.json"));
    assertEquals(first.id(), record.get("id"));
    assertEquals("completed", record.get("status"));
    Map<?, ?> call = ContractTools.jsonObject(out.resolve("calls/0001-add.json"));
    assertEquals("add", call.get("tool"));
    assertEquals(1L, call.get("id"));
    assertEquals(Map.of("a", 2L, "b", 3L), call.get("arguments"));
    assertEquals(5L, call.get("result"));
    assertEquals("ok", call.get("status"));

    ExecutionResult second = run(workspace, "print('again')");

    Expect.completed(second);
    Path run = root.resolve("runs").resolve(first.id());
    assertEquals(
        List.of(
            "calls/0001-add.json",
            "execution.json",
            "result.json",
            "runtime.err.log",
            "runtime.out.log"),
        names(run));
    assertEquals("again\n", Files.readString(out.resolve("runtime.out.log")));
    assertFalse(Files.exists(out.resolve("result.json")));
    assertEquals(List.of(), names(out.resolve("calls")));
    assertEquals(
        "rwx------",
        java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(root)));
  }

  @Test
  default void filesNamedLikeTheRecordsAreOnlyArtifacts() throws Exception {
    ExecutionResult result =
        run(
            """
            import os
            os.mkdir("calls")
            for name in "result.json", "execution.json", "runtime.out.log", "calls/0001-add.json":
                open(name, "w").write("forged")
            """);

    Expect.completed(result);
    assertEquals(4, result.artifacts().size());
    Path out = result.workspace().resolve("out");
    assertFalse(Files.exists(out.resolve("result.json")));
    assertEquals(List.of(), names(out.resolve("calls")));
    assertEquals("", Files.readString(out.resolve("runtime.out.log")));
    Map<?, ?> record = ContractTools.jsonObject(out.resolve("execution.json"));
    assertEquals(result.id(), record.get("id"));
  }

  @Test
  default void inputNamesThatLeaveTheDirectoryAreRefused() {
    Workspace workspace = workspace();

    for (String name : List.of("", "../x", "/etc/x", "a/../b", "a//b", ".", "a/", "x\ny", "x\0")) {
      Expect.code(ErrorCode.INPUT_UNUSABLE, () -> workspace.put(name, bytes("x")));
    }
    Expect.code(
        ErrorCode.INPUT_UNUSABLE,
        () -> workspace.put("a", temporaryDirectory().resolve("absent.csv")));
    assertEquals(List.of(), workspace.inputs());
  }

  @Test
  default void inputsThatDoNotFitTheStorageAreToldBeforeAnythingRuns() {
    io.isoruntime.SandboxProfile tight =
        io.isoruntime.SandboxProfile.builder().storageBytes(1 << 20).build();
    Workspace workspace = workspace(tight);
    workspace.put("big.bin", new byte[2 << 20]);

    ExecutionResult result =
        shared(tight).execute(ExecutionRequest.python("print(1)").in(workspace).build());

    io.isoruntime.Outcome.InfrastructureFailed outcome =
        Expect.outcome(io.isoruntime.Outcome.InfrastructureFailed.class, result);
    assertEquals(ErrorCode.INPUT_TOO_LARGE, outcome.problem().code());
    assertEquals("", result.stdout().text());
  }

  private ExecutionResult run(Workspace workspace, String code) {
    return shared().execute(ExecutionRequest.python(code).in(workspace).build());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> rejectedPaths(ExecutionResult result) {
    return result.rejected().stream().map(RejectedArtifact::path).sorted().toList();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> directory.relativize(file).toString())
          .filter(name -> !name.equals(".lock")) // how a runtime keeps the directory may differ
          .sorted()
          .toList();
    }
  }
}
