package io.isoruntime.examples;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.toolhost.ToolHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs a program whose tools are written in Python and have network and a credential: {@code BUNDLE
 * PROGRAM}, with {@code RATES_URL} and {@code RATES_TOKEN} in the environment.
 */
public final class ToolHostExample {
  private ToolHostExample() {}

  public static void main(String[] args) throws IOException {
    try (ToolHost host =
            ToolHost.builder()
                .bundles(Path.of(args[0]))
                .passEnvironment("RATES_*", "NO_PROXY")
                .build();
        Runtime runtime = SubprocessRuntime.builder().build()) {
      ExecutionResult result = run(runtime, host, Path.of(args[1]));
      System.out.print(result.stdout().text());
      System.out.println(result.outcome());
    }
  }

  static ExecutionResult run(Runtime runtime, ToolHost host, Path program) throws IOException {
    return runtime.execute(
        ExecutionRequest.python(Files.readString(program)).tools(host.registry()).build());
  }
}
