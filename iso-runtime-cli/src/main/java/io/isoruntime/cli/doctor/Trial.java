package io.isoruntime.cli.doctor;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Runs a program that uses what programs use: a tool, a result, an artifact. */
final class Trial {
  /** What its tool answers and its program gives back. */
  static final String ANSWER = "yes";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private Trial() {}

  record Question(String text) {}

  /**
   * Runs it and leaves no workspace.
   *
   * @throws io.isoruntime.IsoException if there can be no workspace
   */
  static ExecutionResult run(Runtime runtime) {
    Workspace workspace = runtime.openWorkspace();
    try {
      return runtime.execute(
          ExecutionRequest.python(program())
              .in(workspace)
              .tools(
                  ToolRegistry.of(
                      Tool.of("answer", Question.class, String.class, question -> ANSWER)))
              .timeout(TIMEOUT)
              .build());
    } finally {
      workspace.delete();
    }
  }

  private static String program() {
    try (InputStream in = Trial.class.getResourceAsStream("trial.py")) {
      if (in == null) {
        throw new IllegalStateException("This jar lacks the doctor's trial.py.");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
