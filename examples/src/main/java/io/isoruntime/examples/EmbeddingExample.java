package io.isoruntime.examples;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Runs a program on a table and prints what came of it: {@code PROGRAM TABLE}. */
public final class EmbeddingExample {
  private EmbeddingExample() {}

  // begin embedding
  public static void main(String[] args) throws IOException {
    try (Runtime runtime = SubprocessRuntime.builder().build()) {
      ExecutionResult result = analyse(runtime, Path.of(args[0]), Path.of(args[1]));
      System.out.println(result.outcome());
      System.out.println(result.resultJson());
      for (Artifact artifact : result.artifacts()) {
        System.out.println(artifact.file() + " " + artifact.size());
      }
    }
  }

  static ExecutionResult analyse(Runtime runtime, Path program, Path table) throws IOException {
    ToolRegistry tools = new WeatherTools().tools();
    try (Workspace workspace = runtime.openWorkspace()) {
      workspace.put(table.getFileName().toString(), table);
      return runtime.execute(
          ExecutionRequest.python(Files.readString(program))
              .in(workspace)
              .tools(tools)
              .timeout(Duration.ofSeconds(30))
              .build());
    }
  }
  // end embedding
}
