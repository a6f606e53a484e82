package io.isoruntime.supervisor;

import static java.util.Objects.requireNonNull;

import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.python.CheckerSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks programs by an execution of our own checker: Python's parser has been crashed by sources
 * before, so it meets them in a sandbox only. Thread-safe.
 */
final class ProgramCheck {
  /** Beyond it a tree of nodes would need more memory than sandboxes have. */
  static final int MAX_SOURCE = 1024 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(ProgramCheck.class);

  /** The checker writes nothing and calls nothing. */
  private static final ExecutionLimits LIMITS =
      ExecutionLimits.builder()
          .wallTime(Duration.ofSeconds(10))
          .outputBytes(16 * 1024)
          .artifactCount(0)
          .artifactBytes(0)
          .toolCalls(0)
          .build();

  private final Runtime runtime;

  ProgramCheck(Runtime runtime) {
    this.runtime = runtime;
  }

  /** As {@link Runtime#check}. */
  List<CodeFinding> of(String code, ToolRegistry tools) {
    byte[] source = code.getBytes(StandardCharsets.UTF_8); // just as it would be run
    requireNonNull(tools, "tools");
    if (source.length > MAX_SOURCE) {
      return notChecked("it is larger than " + MAX_SOURCE + " bytes");
    }
    try (Scope scope = new Scope()) {
      Workspace workspace = runtime.openWorkspace();
      scope.onClose(workspace::delete);
      CheckerSources.inputs()
          .forEach((name, text) -> workspace.put(name, text.getBytes(StandardCharsets.UTF_8)));
      workspace.put(CheckerSources.SOURCE, source);
      return findings(
          runtime.execute(
              ExecutionRequest.python(CheckerSources.program())
                  .in(workspace)
                  .tools(tools)
                  .limits(LIMITS)
                  .build()));
    }
  }

  private static List<CodeFinding> findings(ExecutionResult result) {
    Outcome outcome = result.outcome();
    if (outcome instanceof Outcome.Completed) {
      return told(result.resultJson());
    } else if (outcome instanceof Outcome.CodeFailed failed) {
      LOG.warn("A program ended its checker: {}", failed.error());
      return notChecked("it ended the checker with " + failed.error().type());
    } else if (outcome instanceof Outcome.TimedOut) {
      return notChecked("that took longer than " + LIMITS.wallTime().toSeconds() + " s");
    } else if (outcome instanceof Outcome.LimitExceeded exceeded) {
      return notChecked("the checker met its limit of " + exceeded.limit().label());
    } else if (outcome instanceof Outcome.Refused refused) {
      throw refused.problem().toException();
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      throw failed.problem().toException();
    }
    throw failed("It was cancelled, or the runtime closed", null);
  }

  private static List<CodeFinding> told(@Nullable String json) {
    if (json == null) {
      throw failed("The checker gave no answer", null);
    }
    try {
      return CodeFindings.read(json);
    } catch (IOException e) {
      throw failed("The checker's answer is none (" + e.getMessage() + ")", e);
    }
  }

  private static List<CodeFinding> notChecked(String why) {
    return List.of(
        new CodeFinding(
            CodeFinding.Code.NOT_CHECKED,
            "The program can't be checked: " + why + ".",
            1,
            1,
            "Make it smaller and simpler; data belongs in an input file."));
  }

  private static IsoException failed(String cause, @Nullable Throwable thrown) {
    Problem problem =
        new Problem(
            ErrorCode.CHECK_FAILED,
            cause + ".",
            "Nothing is known of the program, which was not run.",
            "Check it again.");
    return thrown == null ? problem.toException() : new IsoException(problem, thrown);
  }
}
