package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The one line that tells a person how an execution ended: a pure function of its result. */
final class VerdictLine {
  private static final int MAX_MESSAGE = 300;
  private static final int MAX_RESULT = 80;
  private static final String GREEN = "\033[32m";
  private static final String RED = "\033[31m";
  private static final String PLAIN = "\033[0m";

  private VerdictLine() {}

  static String of(ExecutionResult result, boolean colours) {
    List<String> parts = new ArrayList<>();
    parts.add(mark(result.isCompleted(), colours) + " " + verdict(result));
    parts.addAll(produced(result));
    return String.join(" · ", parts);
  }

  /** The sign for good and bad. */
  static String mark(boolean good, boolean colours) {
    String mark = good ? "✓" : "✗";
    return colours ? (good ? GREEN : RED) + mark + PLAIN : mark;
  }

  private static String verdict(ExecutionResult result) {
    Outcome outcome = result.outcome();
    String status = outcome.status();
    String after = " after " + seconds(result.usage().wall());
    if (outcome instanceof Outcome.Completed) {
      return status + " in " + seconds(result.usage().wall());
    } else if (outcome instanceof Outcome.CodeFailed failed) {
      return status + ": " + error(failed.error());
    } else if (outcome instanceof Outcome.TimedOut timedOut) {
      return status + " after " + seconds(timedOut.limit());
    } else if (outcome instanceof Outcome.LimitExceeded exceeded) {
      return status + ": " + exceeded.limit().label() + after;
    } else if (outcome instanceof Outcome.Refused refused) {
      return status + ": " + problem(refused.problem());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return status + ": " + problem(failed.problem());
    } else {
      return status + after;
    }
  }

  private static String error(PythonError error) {
    String message = TerminalText.shorten(error.message(), MAX_MESSAGE);
    return TerminalText.line(message.isEmpty() ? error.type() : error.type() + ": " + message)
        + (error.line().isPresent() ? " (line " + error.line().getAsInt() + ")" : "")
        + (error.remedy() == null ? "" : " · hint: " + TerminalText.line(error.remedy()));
  }

  private static String problem(Problem problem) {
    return TerminalText.line(problem.message());
  }

  private static List<String> produced(ExecutionResult result) {
    List<String> parts = new ArrayList<>();
    if (!(result.outcome() instanceof Outcome.LimitExceeded)) {
      result.limit().map(Limit::label).ifPresent(limit -> parts.add("met its limit of " + limit));
    }
    if (!result.toolCalls().isEmpty()) {
      parts.add(counted(result.toolCalls().size(), "tool call"));
    }
    if (result.resultJson() != null) {
      parts.add(
          "result " + TerminalText.line(TerminalText.shorten(result.resultJson(), MAX_RESULT)));
    }
    if (!result.artifacts().isEmpty()) {
      parts.add(
          counted(result.artifacts().size(), "artifact")
              + " in "
              + TerminalText.line(result.workspace().resolve("out/files").toString()));
    }
    if (!result.rejected().isEmpty()) {
      parts.add(counted(result.rejected().size(), "file") + " rejected");
    }
    if (!result.isolation().waived().isEmpty()) {
      parts.add(
          "without "
              + result.isolation().waived().stream()
                  .map(Control::label)
                  .collect(Collectors.joining(", ")));
    }
    result.notes().forEach(note -> parts.add("note: " + TerminalText.line(note)));
    return parts;
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toNanos() / 1e9);
  }
}
