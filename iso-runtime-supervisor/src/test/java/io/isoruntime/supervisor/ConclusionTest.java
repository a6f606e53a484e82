package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;
import io.isoruntime.supervisor.spi.Consumption;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConclusionTest {
  private static final Reports.End COMPLETED =
      new Reports.End("completed", null, null, null, null, null, null);

  private static Reports.End error(String type, @Nullable Integer errno, @Nullable Integer exit) {
    return new Reports.End("error", type, "m", 3, "t", errno, exit);
  }

  private static Reports.Exited code(int code) {
    return new Reports.Exited(code, null, false);
  }

  private static Reports.Exited signal(int signal) {
    return new Reports.Exited(null, signal, false);
  }

  private static Conclusion of(
      Decision decision, Reports.@Nullable End end, Reports.@Nullable Exited exited, long oom) {
    return Conclusion.of(
        decision,
        new Conclusion.Evidence(
            end,
            exited,
            true,
            new Consumption(Optional.empty(), OptionalLong.empty(), oom, 0),
            false,
            false,
            false),
        ExecutionLimits.defaults());
  }

  private static PythonError failed(Reports.@Nullable End end, Reports.Exited exited) {
    Outcome outcome = of(new Decision.Exited(), end, exited, 0).outcome();
    return assertInstanceOf(Outcome.CodeFailed.class, outcome).error();
  }

  @Test
  void completesOnlyWithTheProgramsOwnWordAndStatusZero() {
    assertEquals(
        new Outcome.Completed(), of(new Decision.Exited(), COMPLETED, code(0), 0).outcome());
    assertEquals(ErrorCode.PYTHON_EXIT, failed(COMPLETED, code(3)).code());
    assertEquals(ErrorCode.PYTHON_UNFINISHED, failed(null, code(0)).code());
    assertEquals(ErrorCode.PYTHON_SIGNAL, failed(COMPLETED, signal(9)).code());
  }

  @Test
  void tellsKindsOfFailureApart() {
    assertEquals(
        ErrorCode.PYTHON_EXCEPTION, failed(error("ValueError", null, null), code(1)).code());
    assertEquals(ErrorCode.PYTHON_SYNTAX, failed(error("SyntaxError", null, null), code(1)).code());
    assertEquals(ErrorCode.PYTHON_EXIT, failed(error("SystemExit", null, 3), code(3)).code());
    assertEquals("SIGSEGV", failed(null, signal(11)).type());
    assertEquals(3, failed(error("ValueError", null, null), code(1)).lineNumber());
  }

  @Test
  void believesTheKernelAboutMemoryNotTheProgram() {
    Conclusion killed = of(new Decision.Exited(), null, signal(9), 1);
    assertEquals(new Outcome.LimitExceeded(Limit.MEMORY), killed.outcome());
    assertEquals(Limit.MEMORY, killed.limit());
    assertEquals(
        new Outcome.LimitExceeded(Limit.MEMORY),
        of(new Decision.Exited(), COMPLETED, code(0), 1).outcome());
  }

  @Test
  void leavesADecisionAsItWasMade() {
    assertEquals(
        new Outcome.Cancelled(), of(new Decision.Cancelled(), COMPLETED, code(0), 1).outcome());
    assertInstanceOf(
        Outcome.TimedOut.class, of(new Decision.Expired(), COMPLETED, code(0), 0).outcome());
  }

  @Test
  void namesALimitThatTheProgramMet() {
    Conclusion full = of(new Decision.Exited(), error("OSError", 28, null), code(1), 0);
    assertInstanceOf(Outcome.CodeFailed.class, full.outcome());
    assertEquals(Limit.STORAGE, full.limit());
    assertEquals(
        Limit.FILE_SIZE, of(new Decision.Exited(), error("OSError", 27, null), code(1), 0).limit());
    assertEquals(
        Limit.MEMORY,
        of(new Decision.Exited(), error("MemoryError", null, null), code(1), 0).limit());
    assertNull(of(new Decision.Exited(), COMPLETED, code(0), 0).limit());
  }
}
