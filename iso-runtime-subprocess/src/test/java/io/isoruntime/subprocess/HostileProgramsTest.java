package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Attacks that worked once. */
@Tag("host")
@Tag("once")
class HostileProgramsTest {
  /** Writes a frame of any type to the tool pipe, as no honest program does. */
  private static final String FRAME =
      """
      import os
      def frame(kind, payload):
          data = (len(payload) + 1).to_bytes(4, "big") + bytes([kind]) + payload
          while data:
              data = data[os.write(3, data):]
      """;

  private static Runtime runtime;

  @BeforeAll
  static void open() {
    runtime = SubprocessRuntime.builder().interpreter("/usr/bin/python3").build();
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  private static ExecutionResult run(String program, ExecutionLimits limits) {
    try (Workspace workspace = runtime.openWorkspace()) {
      return runtime.execute(ExecutionRequest.python(program).in(workspace).limits(limits).build());
    }
  }

  private static ExecutionResult run(String program) {
    return run(program, ExecutionLimits.defaults());
  }

  private static void delete(ExecutionResult result) {
    runtime.openWorkspace(result.workspace()).delete();
  }

  /** The errno is the filter's own: the kernel gives it for none of these calls. */
  @Test
  void theFilterDeniesWhatReachesBeyondTheSandbox() {
    ExecutionResult result =
        run(
            """
            import ctypes, fcntl, os, resource, socket, struct
            libc = ctypes.CDLL(None, use_errno=True)
            def errno(call):
                try:
                    call()
                except OSError as error:
                    return error.errno
                except PermissionError as error:
                    return error.errno
                return 0
            def raw(*args):
                return 0 if libc.syscall(*args) >= 0 else ctypes.get_errno()
            lonely = socket.socket()
            shown = os.open("/usr/bin/env", os.O_RDONLY)
            directory = os.open("/usr/bin", os.O_RDONLY)
            machine = os.uname().machine
            inotify_init1, memfd_create = (294, 319) if machine == "x86_64" else (26, 279)
            print("linger", errno(lambda: lonely.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 9))))
            print("reuse", errno(lambda: lonely.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)))
            print("inotify", raw(inotify_init1, 0))
            print("notify", errno(lambda: fcntl.fcntl(directory, 1026, 1)))
            print("lease", errno(lambda: fcntl.fcntl(shown, 1024, 0)))
            print("flock", errno(lambda: fcntl.flock(shown, fcntl.LOCK_EX | fcntl.LOCK_NB)))
            own = open("own", "w")
            print("lockf", errno(lambda: fcntl.lockf(own, fcntl.LOCK_EX | fcntl.LOCK_NB)))
            print("core", errno(lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 1))))
            print("prlimit", errno(lambda: resource.prlimit(0, resource.RLIMIT_CORE, (0, 0))))
            print("limits", resource.getrlimit(resource.RLIMIT_CORE), resource.prlimit(0, resource.RLIMIT_CORE))
            print("huge", raw(memfd_create, b"x", 4))
            print("sync", os.sync())
            """);
    assertEquals(
        List.of(
            "linger 55",
            "reuse 0",
            "inotify 55",
            "notify 55",
            "lease 55",
            "flock 55",
            "lockf 0",
            "core 55",
            "prlimit 55",
            "limits (1, 1) (1, 1)",
            "huge 55",
            "sync None"),
        result.stdout().text().lines().toList(),
        () -> result.stderr().text());
    delete(result);
  }

  @Test
  void aForgedEndIsNoEndAndNoDefect() {
    ExecutionResult result =
        run(FRAME + "print('kept', flush=True)\nframe(8, b'{\"kind\":null}')\nos._exit(0)\n");
    Outcome.CodeFailed failed = assertInstanceOf(Outcome.CodeFailed.class, result.outcome());
    assertEquals(ErrorCode.PYTHON_UNFINISHED, failed.error().code());
    assertEquals("kept\n", result.stdout().text());
    delete(result);
  }

  @Test
  void aResultOfMillionsOfPartsIsKeptAsText() {
    ExecutionResult result = run(FRAME + "frame(7, b'[' + b'{},' * 4_000_000 + b'{}]')\n");
    assertTrue(result.isCompleted(), result::toString);
    assertEquals(12_000_004, String.valueOf(result.resultJson()).length());
    delete(result);
  }

  @Test
  void argumentsOfMillionsOfPartsAreRefusedBeforeTheyAreATree() {
    ExecutionResult result =
        run(
            FRAME
                + "frame(6, b'{\"id\":1,\"tool\":\"x\",\"args\":{\"a\":[' + b'{},' * 4_000_000 + b'{}]}}')\n");
    assertTrue(result.isCompleted(), result::toString);
    assertEquals(1, result.toolCalls().size());
    delete(result);
  }

  @Test
  void callsWithoutEndAreRefusedUnrecordedAndThenEnded() throws IOException {
    ExecutionResult result =
        run(
            FRAME
                + """
                import threading
                def drain():
                    while os.read(4, 1 << 16):
                        pass
                threading.Thread(target=drain, daemon=True).start()
                for i in range(1, 1_000_000):
                    frame(6, b'{"id":%d,"tool":"no","args":{"a":"%s"}}' % (i, b"x" * 10_000))
                """,
            ExecutionLimits.builder().toolCalls(50).build());
    Outcome.CodeFailed failed = assertInstanceOf(Outcome.CodeFailed.class, result.outcome());
    assertEquals(ErrorCode.TOOL_PROTOCOL, failed.error().code());
    assertEquals(50, result.toolCalls().size());
    try (Stream<Path> records = Files.list(result.workspace().resolve("out/calls"))) {
      List<Path> files = records.toList();
      assertEquals(50, files.size());
      for (Path file : files) {
        assertTrue(Files.size(file) < 2_000, "a refused call's arguments are on the disk");
      }
    }
    delete(result);
  }

  @Test
  void aNameThatTheHostCannotHaveCostsNoOtherArtifact() {
    ExecutionResult result =
        run(
            """
            import os
            open("first.txt", "w").write("1")
            for _ in range(16):
                os.mkdir("d" * 240)
                os.chdir("d" * 240)
            open("deep.txt", "w").write("2")
            """);
    assertTrue(result.isCompleted(), result::toString);
    assertEquals("first.txt", result.artifacts().get(0).path());
    assertEquals(1, result.rejected().size());
    delete(result);
  }

  @Test
  void anEarlierArtifactInTheWayOfAnInputStopsNothing() {
    try (Workspace workspace = runtime.openWorkspace()) {
      assertTrue(
          runtime
              .execute(
                  ExecutionRequest.python("open('data', 'w').write('x')").in(workspace).build())
              .isCompleted());
      workspace.put("data/x.csv", "1".getBytes(StandardCharsets.UTF_8));
      ExecutionResult second =
          runtime.execute(
              ExecutionRequest.python("print(open('/workspace/in/data/x.csv').read())")
                  .in(workspace)
                  .build());
      assertTrue(second.isCompleted(), () -> second + second.stderr().text());
      workspace.delete();
    }
  }
}
