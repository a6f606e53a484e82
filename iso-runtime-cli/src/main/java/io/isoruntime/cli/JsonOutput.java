package io.isoruntime.cli;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import io.isoruntime.supervisor.json.ExecutionJson;
import java.io.IOException;
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
