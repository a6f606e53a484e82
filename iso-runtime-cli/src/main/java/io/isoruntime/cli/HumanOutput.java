package io.isoruntime.cli;

import io.isoruntime.CodeFinding;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The program's own output while it runs, and a line on standard error about how it ended. */
final class HumanOutput implements RunOutput {
  private final StandardStreams streams;
  private @Nullable LiveOutput live;

  HumanOutput(StandardStreams streams) {
    this.streams = streams;
  }

  @Override
  public void follow(Execution execution) {
    live = new LiveOutput(streams, execution::cancel);
    execution.events().subscribe(live);
  }

  @Override
  public void drain(BooleanSupplier hurry) throws InterruptedException {
    if (live != null) {
      live.awaitEnd(hurry);
    }
  }

  /** On standard output, one a line: they are what was asked for. */
  @Override
  public int reject(List<CodeFinding> findings) {
    StringBuilder lines = new StringBuilder();
    findings.forEach(each -> lines.append(TerminalText.line(each.text())).append('\n'));
    try {
      streams.print(lines.toString());
      return ExitStatus.FAILED;
    } catch (IOException e) {
      streams.say("iso: the findings can't be written to stdout: " + e.getMessage() + "\n");
      return ExitStatus.INFRASTRUCTURE;
    }
  }

  @Override
  public int conclude(ExecutionResult result) {
    streams.say(VerdictLine.of(result, streams.errIsTerminal() && streams.colours()) + "\n");
    IOException lost = live == null ? null : live.failure();
    int status = ExitStatus.of(result.outcome());
    if (lost == null) {
      return status;
    }
    streams.say(
        "iso: the program's output can't be written to stdout: " + lost.getMessage() + "\n");
    return status == ExitStatus.OK ? ExitStatus.INFRASTRUCTURE : status;
  }
}
