package io.isoruntime.supervisor;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import io.isoruntime.supervisor.spi.Consumption;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a decision and the evidence mean: a pure function.
 *
 * @param outcome how the execution ended
 * @param limit the limit that ended it, or that the program met
 */
record Conclusion(Outcome outcome, @Nullable Limit limit) {
  private static final int MAX_TYPE = 200;
  private static final int MAX_MESSAGE = 8 * 1024;
  private static final int MAX_TRACEBACK = 64 * 1024;
  private static final int SIGXCPU = 24;
  private static final int ENOSPC = 28;
  private static final int EFBIG = 27;
  private static final Set<String> SYNTAX = Set.of("SyntaxError", "IndentationError", "TabError");
  private static final Map<Integer, String> SIGNALS =
      Map.ofEntries(
          Map.entry(1, "SIGHUP"),
          Map.entry(2, "SIGINT"),
          Map.entry(3, "SIGQUIT"),
          Map.entry(4, "SIGILL"),
          Map.entry(5, "SIGTRAP"),
          Map.entry(6, "SIGABRT"),
          Map.entry(7, "SIGBUS"),
          Map.entry(8, "SIGFPE"),
          Map.entry(9, "SIGKILL"),
          Map.entry(10, "SIGUSR1"),
          Map.entry(11, "SIGSEGV"),
          Map.entry(12, "SIGUSR2"),
          Map.entry(13, "SIGPIPE"),
          Map.entry(14, "SIGALRM"),
          Map.entry(15, "SIGTERM"),
          Map.entry(24, "SIGXCPU"),
          Map.entry(25, "SIGXFSZ"),
          Map.entry(31, "SIGSYS"));

  /**
   * What is known at the end.
   *
   * @param end the executor's own report, untrusted; absent if it sent none
   * @param exited init's report of the main process; absent if it was lost
   * @param started whether the program's first instruction was reached
   * @param consumption as the host counts it
   * @param storageFull whether the sandbox's storage was full at the end
   * @param artifactsLimited whether artifacts were rejected for their number or size
   * @param outputTruncated whether output was dropped
   */
  record Evidence(
      Reports.@Nullable End end,
      Reports.@Nullable Exited exited,
      boolean started,
      Consumption consumption,
      boolean storageFull,
      boolean artifactsLimited,
      boolean outputTruncated) {}

  static Conclusion of(Decision decision, Evidence evidence, ExecutionLimits limits) {
    Outcome outcome = outcome(decision, evidence, limits);
    return new Conclusion(outcome, limit(outcome, evidence));
  }

  private static Outcome outcome(Decision decision, Evidence evidence, ExecutionLimits limits) {
    if (decision instanceof Decision.Refused refused) {
      return new Outcome.Refused(refused.problem());
    } else if (decision instanceof Decision.Failed failed) {
      return new Outcome.InfrastructureFailed(failed.problem());
    } else if (decision instanceof Decision.Cancelled) {
      return new Outcome.Cancelled();
    } else if (decision instanceof Decision.Expired) {
      return new Outcome.TimedOut(limits.wallTime());
    } else if (decision instanceof Decision.Exceeded exceeded) {
      return new Outcome.LimitExceeded(exceeded.limit());
    } else if (decision instanceof Decision.Violated violated) {
      return failed(
          ErrorCode.TOOL_PROTOCOL,
          "ToolProtocolError",
          violated.what(),
          "Call tools through the module tools only; leave descriptors 3 and 4 alone.");
    } else {
      return exited(evidence, limits);
    }
  }

  private static Outcome exited(Evidence evidence, ExecutionLimits limits) {
    Reports.Exited exited = evidence.exited();
    if (evidence.consumption().outOfMemoryKills() > 0) {
      return new Outcome.LimitExceeded(Limit.MEMORY);
    } else if (exited == null || exited.deadline()) {
      return new Outcome.TimedOut(limits.wallTime());
    } else if (exited.signal() != null) {
      return exited.signal() == SIGXCPU
          ? new Outcome.LimitExceeded(Limit.CPU)
          : killed(exited.signal());
    }
    int status = exited.code() == null ? 0 : exited.code();
    Reports.End end = evidence.end();
    if (!evidence.started()) {
      return new Outcome.InfrastructureFailed(notStarted(end));
    }
    if (end == null) {
      return failed(
          ErrorCode.PYTHON_UNFINISHED,
          "Exit",
          "The process ended with status " + status + " before the program had finished.",
          "Let the program run to its end, or use sys.exit().");
    } else if (end.kind().equals("completed")) {
      return status == 0
          ? new Outcome.Completed()
          : failed(ErrorCode.PYTHON_EXIT, "Exit", "The process ended with status " + status, null);
    } else {
      return new Outcome.CodeFailed(error(end));
    }
  }

  private static Problem notStarted(Reports.@Nullable End end) {
    boolean full = end != null && end.errno() != null && end.errno() == ENOSPC;
    String cause = end == null ? "it ended" : end.type() + ": " + end.message();
    return new Problem(
        full ? ErrorCode.INPUT_TOO_LARGE : ErrorCode.SANDBOX_SETUP_FAILED,
        "The program could not be started: " + capped(cause, MAX_TYPE) + ".",
        "No code was run.",
        full
            ? "Allow more storage (and memory), or use fewer or smaller files."
            : "Run iso doctor on this host; it names what is missing.");
  }

  private static Outcome killed(int signal) {
    String name = SIGNALS.getOrDefault(signal, "signal " + signal);
    return failed(
        ErrorCode.PYTHON_SIGNAL,
        name,
        "The process was ended by " + name + ".",
        signal == 11 ? "A native library crashed; check its arguments." : null);
  }

  private static Outcome failed(
      ErrorCode code, String type, String message, @Nullable String remedy) {
    return new Outcome.CodeFailed(new PythonError(code, type, message, 0, "", remedy));
  }

  private static PythonError error(Reports.End end) {
    String type = end.type() == null ? "Exception" : capped(end.type(), MAX_TYPE);
    String message = end.message() == null ? "" : capped(end.message(), MAX_MESSAGE);
    ErrorCode code =
        end.exitCode() != null
            ? ErrorCode.PYTHON_EXIT
            : SYNTAX.contains(type) ? ErrorCode.PYTHON_SYNTAX : ErrorCode.PYTHON_EXCEPTION;
    return new PythonError(
        code,
        type,
        message,
        end.line() == null ? 0 : Math.max(0, end.line()),
        end.traceback() == null ? "" : capped(end.traceback(), MAX_TRACEBACK),
        Remedies.forProgram(type, message, end.errno()));
  }

  /** The executor caps these itself; whoever forges its report doesn't. */
  private static String capped(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }

  /** The gravest one that was met, where several were. */
  private static @Nullable Limit limit(Outcome outcome, Evidence evidence) {
    if (outcome instanceof Outcome.LimitExceeded exceeded) {
      return exceeded.limit();
    }
    Reports.End end = evidence.end();
    String type = end == null || end.type() == null ? "" : end.type();
    Integer errno = end == null ? null : end.errno();
    if (type.equals("MemoryError") || evidence.consumption().outOfMemoryKills() > 0) {
      return Limit.MEMORY;
    } else if (evidence.consumption().deniedForks() > 0) {
      return Limit.PIDS;
    } else if ((errno != null && errno == ENOSPC) || evidence.storageFull()) {
      return Limit.STORAGE;
    } else if (errno != null && errno == EFBIG) {
      return Limit.FILE_SIZE;
    } else if (evidence.artifactsLimited()) {
      return Limit.ARTIFACTS;
    } else if (evidence.outputTruncated()) {
      return Limit.OUTPUT;
    } else {
      return null;
    }
  }
}
