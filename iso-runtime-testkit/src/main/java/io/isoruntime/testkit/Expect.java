package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.Artifact;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/** Assertions on results; a failure shows what the program wrote. */
final class Expect {
  private Expect() {}

  static <T extends Outcome> T outcome(Class<T> type, ExecutionResult result) {
    return assertInstanceOf(type, result.outcome(), () -> describe(result));
  }

  static void completed(ExecutionResult result) {
    outcome(Outcome.Completed.class, result);
  }

  /** That it completed and printed exactly this. */
  static void printed(String expected, ExecutionResult result) {
    completed(result);
    assertEquals(expected, result.stdout().text(), () -> describe(result));
  }

  static PythonError failed(ErrorCode code, ExecutionResult result) {
    PythonError error = outcome(Outcome.CodeFailed.class, result).error();
    assertEquals(code, error.code(), () -> describe(result));
    return error;
  }

  static void code(ErrorCode expected, Executable call) {
    assertEquals(expected, assertThrows(IsoException.class, call).problem().code());
  }

  static Map<?, ?> map(@Nullable Object value) {
    return assertInstanceOf(Map.class, value);
  }

  static List<String> artifacts(ExecutionResult result) {
    return result.artifacts().stream().map(Artifact::path).sorted().toList();
  }

  static String content(ExecutionResult result, String artifact) throws IOException {
    return Files.readString(
        result.artifacts().stream()
            .filter(candidate -> candidate.path().equals(artifact))
            .findFirst()
            .orElseThrow(() -> new AssertionError("No " + artifact + ": " + describe(result)))
            .file());
  }

  static String describe(ExecutionResult result) {
    return result
        + " limit="
        + result.limit()
        + " stdout="
        + head(result.stdout().text())
        + " stderr="
        + head(result.stderr().text())
        + " artifacts="
        + head(result.artifacts().toString())
        + " rejected="
        + head(result.rejected().toString())
        + " calls="
        + head(result.toolCalls().toString())
        + " notes="
        + result.notes();
  }

  private static String head(String text) {
    return text.length() <= 2_000 ? text : text.substring(0, 2_000) + "…";
  }
}
