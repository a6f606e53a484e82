package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What must have come of programs that speak on the tool channel. */
final class ChannelResults {
  /** Names of classes and packages, places in code, paths: what a program must not learn. */
  private static final Pattern OF_THE_HOST =
      Pattern.compile(
          "\\b(java|javax|com|org|io|sun|jdk)\\.[a-z]|\\.java\\b|\\bat [\\w.$]+\\(|/[a-z]+/[a-z]"
              + "|Constraints|JsonParser|Jackson|Exception\\b|Throwable");

  private ChannelResults() {}

  /** The part of this name of what a completed program gave as its result. */
  static Object told(ExecutionResult result, String name) {
    Object part =
        result.isCompleted() && result.result() instanceof Map<?, ?> told ? told.get(name) : null;
    if (part == null) {
      throw new Unmet("the program did not tell of " + name + ": " + Describe.result(result));
    }
    return part;
  }

  /** Requires that the program told exactly this. */
  static void require(ExecutionResult result, String name, Object expected) {
    Object told = told(result, name);
    Unmet.unless(told.equals(expected), () -> name + ": " + told + " instead of " + expected);
  }

  /** Requires the same end for each of several attempts; tells how many there were. */
  static int requireAll(ExecutionResult result, String name, String expected) {
    if (told(result, name) instanceof Map<?, ?> ends && !ends.isEmpty()) {
      for (Map.Entry<?, ?> end : ends.entrySet()) {
        Unmet.unless(
            expected.equals(end.getValue()),
            () -> end.getKey() + ": " + end.getValue() + " instead of " + expected);
      }
      return ends.size();
    }
    throw new Unmet("the program told of no " + name);
  }

  /** Requires that no message tells the program anything of the host. */
  static void requireDiscreet(ExecutionResult result) {
    if (told(result, "messages") instanceof List<?> messages && !messages.isEmpty()) {
      for (Object message : messages) {
        Unmet.unless(
            !OF_THE_HOST.matcher(String.valueOf(message)).find(),
            () -> "a message tells of the host: " + message);
      }
      return;
    }
    throw new Unmet("the program told of no messages");
  }

  /** Requires that the program was ended for what it wrote to the tool pipe. */
  static void requireViolation(ExecutionResult result, String what) {
    Unmet.unless(
        result.outcome() instanceof Outcome.CodeFailed failed
            && failed.error().code() == ErrorCode.TOOL_PROTOCOL,
        () -> what + ": " + Describe.result(result));
  }

  /** Requires that the execution ended as the host's failure, with this code. */
  static void requireFailure(ExecutionResult result, ErrorCode code, String what) {
    Unmet.unless(
        result.outcome() instanceof Outcome.InfrastructureFailed failed
            && failed.problem().code() == code,
        () -> what + ": " + Describe.result(result));
  }

  static void requireCompleted(ExecutionResult result, String what) {
    Unmet.unless(result.isCompleted(), () -> what + ": " + Describe.result(result));
  }
}
