package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;
import io.isoruntime.SandboxProfile;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** How executions end, what of them is kept, and which limit is named. */
public interface OutcomeContract extends ContractSubject {

  @Test
  default void outputArrivesExactly() {
    ExecutionResult result =
        run(
            """
            import sys
            print("hello")
            sys.stderr.write("wörld")
            """);

    Expect.printed("hello\n", result);
    assertEquals("wörld", result.stderr().text());
    assertEquals(6, result.stdout().totalBytes());
    assertEquals(6, result.stderr().totalBytes());
    assertFalse(result.stdout().truncated());
    assertNull(result.resultJson());
    assertNull(result.result());
    assertTrue(result.limit().isEmpty());
    assertFalse(result.usage().wall().isNegative() || result.usage().wall().isZero());
  }

  @Test
  default void malformedUtf8InOutputIsReplaced() {
    Expect.printed("a\ufffdb\n", run("import sys\nsys.stdout.buffer.write(b'a\\xffb\\n')"));
  }

  @Test
  default void aValueGivenToSetResultArrivesWithItsTypes() {
    ExecutionResult result =
        run(
            """
            from iso import set_result
            set_result("the last one counts")
            set_result({"int": 42, "big": 2**70, "float": 0.5, "yes": True, "none": None,
                        "list": [1, "é"]})
            """);

    Expect.completed(result);
    Map<?, ?> value = Expect.map(result.result());
    assertEquals(42L, value.get("int"));
    assertEquals(BigInteger.TWO.pow(70), value.get("big"));
    assertEquals(0.5, value.get("float"));
    assertEquals(true, value.get("yes"));
    assertTrue(value.containsKey("none"));
    assertNull(value.get("none"));
    assertEquals(List.of(1L, "é"), value.get("list"));
  }

  @Test
  default void aResultThatJsonCannotCarryIsAnErrorOfTheProgram() {
    PythonError error =
        Expect.failed(
            ErrorCode.PYTHON_EXCEPTION,
            run("from iso import set_result\nset_result({'o': object()})"));

    assertEquals("TypeError", error.type());
    assertEquals(2, error.lineNumber());
  }

  @Test
  default void aSyntaxErrorIsToldWithItsLine() {
    PythonError error =
        Expect.failed(ErrorCode.PYTHON_SYNTAX, run("print('not reached')\nx = = 1\n"));

    assertEquals("SyntaxError", error.type());
    assertEquals(2, error.lineNumber());
  }

  @Test
  default void anExceptionIsToldWithItsLineAndTheProgramsOwnFrames() {
    ExecutionResult result =
        run(
            """
            from iso import set_result

            def parse(text):
                return int(text)

            print("before")
            set_result("partial")
            parse("twelve")
            """);

    PythonError error = Expect.failed(ErrorCode.PYTHON_EXCEPTION, result);
    assertEquals("ValueError", error.type());
    assertTrue(error.message().contains("twelve"), error::message);
    assertEquals(4, error.lineNumber());
    assertTrue(error.traceback().contains("in parse"), error::traceback);
    Matcher files = Pattern.compile("File \"([^\"]*)\"").matcher(error.traceback());
    List<String> named = files.results().map(match -> match.group(1)).distinct().toList();
    assertEquals(List.of("/workspace/pkg/main.py"), named, error::traceback);
    assertEquals("before\n", result.stdout().text());
    assertEquals("partial", result.result());
  }

  @Test
  default void anExceptionWhoseTextFailsIsStillTold() {
    PythonError error =
        Expect.failed(
            ErrorCode.PYTHON_EXCEPTION,
            run(
                """
                class Evil(Exception):
                    def __str__(self):
                        raise RuntimeError("no text")
                raise Evil()
                """));

    assertEquals("Evil", error.type());
    assertEquals(4, error.lineNumber());
  }

  @Test
  default void aVastMessageIsCapped() {
    PythonError error =
        Expect.failed(ErrorCode.PYTHON_EXCEPTION, run("raise ValueError('x' * 20_000_000)"));

    assertEquals("ValueError", error.type());
    assertTrue(error.message().length() < 1_000_000);
    assertTrue(error.traceback().length() < 1_000_000);
  }

  @Test
  default void deepRecursionIsAnExceptionWithABoundedTraceback() {
    PythonError error =
        Expect.failed(
            ErrorCode.PYTHON_EXCEPTION, run("def dive(n):\n    return dive(n + 1)\n\ndive(0)\n"));

    assertEquals("RecursionError", error.type());
    assertTrue(error.traceback().length() < 100_000);
  }

  @Test
  default void aKeyboardInterruptIsAnException() {
    PythonError error = Expect.failed(ErrorCode.PYTHON_EXCEPTION, run("raise KeyboardInterrupt()"));

    assertEquals("KeyboardInterrupt", error.type());
  }

  @Test
  default void anExitWithStatusZeroIsACompletion() {
    Expect.printed("bye\n", run("import sys\nprint('bye')\nsys.exit(0)\nprint('no')"));
  }

  @Test
  default void anotherExitStatusIsAFailure() {
    PythonError three = Expect.failed(ErrorCode.PYTHON_EXIT, run("import sys\nsys.exit(3)"));
    assertEquals("SystemExit", three.type());
    assertTrue(three.message().contains("3"), three::message);

    PythonError text = Expect.failed(ErrorCode.PYTHON_EXIT, run("raise SystemExit('no data')"));
    assertTrue(text.message().contains("no data"), text::message);
  }

  @Test
  default void leavingWithoutFinishingIsNeverACompletion() {
    ExecutionResult result = run("import os\nprint('half', flush=True)\nos._exit(0)\nprint('no')");

    Expect.failed(ErrorCode.PYTHON_UNFINISHED, result);
    assertEquals("half\n", result.stdout().text());
  }

  @Test
  default void aSignalIsNamed() {
    PythonError error =
        Expect.failed(ErrorCode.PYTHON_SIGNAL, run("import ctypes\nctypes.string_at(0)"));

    assertEquals("SIGSEGV", error.type());
  }

  @Test
  default void anEndlessLoopTimesOutAndKeepsWhatItHadWritten() {
    long begin = System.nanoTime();

    ExecutionResult result =
        run(
            ExecutionRequest.python("print('before', flush=True)\nwhile True: pass")
                .timeout(Duration.ofSeconds(1)));

    Outcome.TimedOut outcome = Expect.outcome(Outcome.TimedOut.class, result);
    assertEquals(Duration.ofSeconds(1), outcome.limit());
    assertEquals("before\n", result.stdout().text());
    assertSoon(Duration.ofSeconds(1), begin);
  }

  @Test
  default void aProgramThatIgnoresSignalsAndStopsItselfTimesOutAsWell() {
    ExecutionResult result =
        run(
            ExecutionRequest.python(
                    """
                    import os, signal
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    os.kill(os.getpid(), signal.SIGSTOP)
                    """)
                .timeout(Duration.ofMillis(500)));

    Expect.outcome(Outcome.TimedOut.class, result);
  }

  @Test
  default void tooMuchMemoryEndsTheProgramAndNothingElse() {
    SandboxProfile small = SandboxProfile.builder().memoryBytes(128L << 20).build();
    if (!enforces(Control.MEMORY)) {
      assertWaived(Control.MEMORY);
      return;
    }

    ExecutionResult result =
        run(small, ExecutionRequest.python("print('x', flush=True)\ndata = b'x' * (2 << 30)"));

    assertEquals(Limit.MEMORY, Expect.outcome(Outcome.LimitExceeded.class, result).limit());
    assertEquals(Limit.MEMORY, result.limit().orElseThrow());
    assertEquals("x\n", result.stdout().text());
    Expect.printed("alive\n", run(small, ExecutionRequest.python("print('alive')")));
  }

  @Test
  default void tooMuchCpuTimeEndsTheProgram() {
    if (!enforces(Control.CPU)) {
      assertWaived(Control.CPU);
      return;
    }
    ExecutionLimits limits = ExecutionLimits.builder().cpuTime(Duration.ofMillis(500)).build();

    ExecutionResult result =
        run(ExecutionRequest.python("import os\nos.fork()\nwhile True: pass").limits(limits));

    assertEquals(Limit.CPU, Expect.outcome(Outcome.LimitExceeded.class, result).limit());
  }

  @Test
  default void aForkBombIsEndedAndTheNextExecutionWorks() {
    if (!enforces(Control.PIDS)) {
      assertWaived(Control.PIDS);
      return;
    }
    String bomb =
        """
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
        """;

    ExecutionResult result =
        Late.run(this, ExecutionRequest.python(bomb), late -> late.limit().isPresent());

    assertEquals(Limit.PIDS, result.limit().orElseThrow());
    Expect.printed("alive\n", run("print('alive')"));
  }

  @Test
  default void aProcessLimitThatTheProgramNoticesIsNamed() {
    if (!enforces(Control.PIDS)) {
      assertWaived(Control.PIDS);
      return;
    }
    SandboxProfile narrow = SandboxProfile.builder().processes(16).build();

    ExecutionResult result =
        run(
            narrow,
            ExecutionRequest.python(
                """
                import os, time
                children = 0
                try:
                    while children < 1000:
                        if os.fork() == 0:
                            time.sleep(600)
                        children += 1
                except BlockingIOError:
                    print(children < 16)
                """));

    Expect.printed("True\n", result);
    assertEquals(Limit.PIDS, result.limit().orElseThrow());
  }

  @Test
  default void ofAHundredMegabytesPrintedHeadAndTailAreKept() throws Exception {
    ExecutionResult result =
        run(
            """
            print("first")
            block = "x" * 1_000_000
            for _ in range(100):
                print(end=block)
            print("last")
            """);

    Expect.completed(result);
    assertEquals(Limit.OUTPUT, result.limit().orElseThrow());
    assertTrue(result.stdout().truncated());
    assertFalse(result.stderr().truncated());
    assertEquals(100_000_011, result.stdout().totalBytes());
    String text = result.stdout().text();
    assertTrue(text.startsWith("first\nxxx"));
    assertTrue(text.endsWith("xxxlast\n"));
    long cap = ExecutionLimits.defaults().outputBytes();
    int kept = text.getBytes(StandardCharsets.UTF_8).length;
    assertTrue(kept > cap * 9 / 10 && kept < cap + 1_000, () -> "kept " + kept);
    assertTrue(Files.size(result.workspace().resolve("out/runtime.out.log")) < cap + 1_000);
  }

  @Test
  default void outputJustBeyondItsCapLosesOnlyTheMiddle() {
    ExecutionLimits limits = ExecutionLimits.builder().outputBytes(1024).build();

    ExecutionResult result =
        run(
            ExecutionRequest.python("print('a' * 600, end='')\nprint('b' * 600, end='')")
                .limits(limits));

    assertTrue(result.stdout().truncated());
    String[] parts = result.stdout().text().split("\n", -1);
    assertTrue(parts[0].matches("a{512}"), result.stdout()::text);
    assertTrue(parts[parts.length - 1].matches("b{512}"), result.stdout()::text);
  }

  @Test
  default void aFullDiskIsNamedAsStorage() {
    SandboxProfile tight =
        SandboxProfile.builder().storageBytes(8L << 20).fileBytes(64L << 20).build();
    String fill =
        """
        with open("big.bin", "wb") as file:
            for _ in range(64):
                file.write(b"x" * (1 << 20))
        """;

    ExecutionResult result = run(tight, ExecutionRequest.python(fill));

    PythonError error = Expect.failed(ErrorCode.PYTHON_EXCEPTION, result);
    assertEquals("OSError", error.type());
    assertTrue(error.message().contains("No space left"), error::message);
    assertEquals(Limit.STORAGE, result.limit().orElseThrow());
  }

  @Test
  default void tooManyFilesAreNamedAsStorage() {
    SandboxProfile tight = SandboxProfile.builder().storageInodes(256).build();
    String fill = "for i in range(3_000):\n    open(f'{i}.txt', 'w').close()";

    ExecutionResult result = run(tight, ExecutionRequest.python(fill));

    if (!limitsInodes()) {
      Expect.completed(result);
      assertEquals(Limit.ARTIFACTS, result.limit().orElseThrow());
      return;
    }
    Expect.failed(ErrorCode.PYTHON_EXCEPTION, result);
    assertEquals(Limit.STORAGE, result.limit().orElseThrow());
  }

  @Test
  default void aFileBeyondItsLimitIsNamed() {
    SandboxProfile small = SandboxProfile.builder().fileBytes(1 << 20).build();
    String grow = "open('big.bin', 'wb').write(b'x' * (2 << 20))";

    ExecutionResult result = run(small, ExecutionRequest.python(grow));

    assertEquals("OSError", Expect.failed(ErrorCode.PYTHON_EXCEPTION, result).type());
    assertEquals(Limit.FILE_SIZE, result.limit().orElseThrow());
  }

  @Test
  default void whatAFinishedProgramLeavesRunningDoesNotHoldUpTheResult() {
    String daemon =
        """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        os.wait()
        print("done")
        """;
    long begin = System.nanoTime();

    ExecutionResult result = run(daemon);

    Expect.printed("done\n", result);
    assertSoon(Duration.ZERO, begin);
  }

  /**
   * That an execution took little more than its program: at most four seconds and four times as
   * long as a program that does nothing, which tells how busy the host is.
   */
  private void assertSoon(Duration program, long begin) {
    long end = System.nanoTime();
    Duration took = Duration.ofNanos(end - begin).minus(program);
    Expect.completed(run("pass"));
    Duration usual = Duration.ofNanos(System.nanoTime() - end);
    Duration most = usual.multipliedBy(4).plusSeconds(4);
    assertTrue(took.compareTo(most) < 0, () -> "took " + took + " more; nothing took " + usual);
  }

  private void assertWaived(Control... controls) {
    ExecutionResult result = run("pass");
    Expect.completed(result);
    assertTrue(result.isolation().waived().containsAll(Arrays.asList(controls)));
  }
}
