package io.isoruntime.cli;

import io.isoruntime.CodeFinding;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Exactly one JSON object on standard output, at the end. */
final class JsonOutput implements RunOutput {
  private final StandardStreams streams;

  JsonOutput(StandardStreams streams) {
    this.streams = streams;
  }

  @Override
  public void follow(Execution execution) {}

  @Override
  public void drain(BooleanSupplier hurry) {}

  @Override
  public int reject(List<CodeFinding> findings) {
    try {
      streams.print(Json.text(Map.of("findings", findings)) + "\n");
      return ExitStatus.FAILED;
    } catch (IOException e) {
      streams.say("iso: the findings can't be written to stdout: " + e.getMessage() + "\n");
      return ExitStatus.INFRASTRUCTURE;
    }
  }

  @Override
  public int conclude(ExecutionResult result) {
    try {
      streams.print(ExecutionJson.write(result) + "\n");
      return ExitStatus.of(result.outcome());
    } catch (IOException e) {
      streams.say(
          "iso: the result can't be written to stdout (%s); it is in %s.%n"
              .formatted(e.getMessage(), result.workspace().resolve("out/execution.json")));
      return ExitStatus.INFRASTRUCTURE;
    }
  }
}
