package io.isoruntime.cli;

import io.isoruntime.IsoException;
import io.isoruntime.cli.bench.AbsentException;
import io.isoruntime.cli.bench.BenchReport;
import io.isoruntime.cli.bench.Drift;
import io.isoruntime.cli.bench.DriftBench;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code iso bench}: what isolation costs, side by side with what people do without it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times sandboxes side by side with what people use instead, in turns within one run.",
      "A whole one takes some minutes.",
      "",
      "subprocess: beside an interpreter without isolation, the same importing numpy, and"
          + " bubblewrap; tool calls beside a Unix socket, output beside a pipe, artifacts beside a"
          + " copy; the memory of a sandbox that waits and of one that runs.",
      "docker: beside docker exec in a container that all share, and docker run --rm.",
      "both: executions a second with 1 to 64 callers; executions as the workspace grows (files,"
          + " bytes), and as the tools do (1 to 1,000).",
      "",
      "What this host lacks is named as absent. Sandboxes are strict, and what isolated them is"
          + " told. For figures that mean something, let nothing else run.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it was measured, whatever came of it",
      "2:the command line or a variable PY_CODE_EXEC_* is wrong",
      "4:no sandbox could be made"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iso bench",
      "  iso bench --runtime docker --rounds 30 --json",
      "  iso bench --drift 10000"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int DRIFT_WARM = 2;

  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;
  private final BenchProgress progress;

  @Mixin RuntimeOptions runtime;
  @Mixin Verbosity verbosity;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often each runs (default: 100, of docker 20); tool calls and data at most 15 times,"
              + " what grows 10 times. Some rounds that don't count come first.")
  @Nullable Integer rounds;

  @Option(
      names = "--drift",
      paramLabel = "N",
      description =
          "Run so many programs one after the other as well, such as 10000, and compare the first"
              + " thousand with the last, heap, threads and descriptors before and after, and look"
              + " for what is left. Off by default: 10000 take about ten minutes.")
  @Nullable Integer drift;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: machine, rounds, each figure, targets, samples, perSecond,"
              + " perSecondByCallers, growth, drift if asked for, firstExecutionMillis, absent,"
              + " isolation.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  BenchCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
    this.progress = new BenchProgress(streams);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    verbosity.applyOr("error");
    requireAtLeast("--rounds", rounds, 1);
    requireAtLeast("--drift", drift, Drift.FEWEST);
    try {
      BenchReport report = sideBySide();
      if (drift != null) {
        report = report.with(drift(drift));
      }
      streams.print(json ? report.json() : report.text());
      return ExitStatus.OK;
    } catch (IsoException e) {
      return failed(e.problem().message());
    } catch (AbsentException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private static void requireAtLeast(String option, @Nullable Integer value, int least) {
    if (value != null && value < least) {
      throw new UsageException(
          "Invalid value for option '" + option + "': give " + least + " or more.");
    }
  }

  private BenchReport sideBySide() throws AbsentException, InterruptedException {
    long begin = System.nanoTime();
    try (BenchPlan plan = new BenchPlan(runtime.target(), opener)) {
      plan.cold().time();
      double firstMillis = (System.nanoTime() - begin) / 1e6;
      int counted = rounds != null ? rounds : plan.usualRounds();
      return new BenchRun(plan, counted, progress).measure(firstMillis);
    }
  }

  /** When all other runtimes are closed: what comes and goes then, is its own. */
  private Drift drift(int executions) throws AbsentException {
    Drift found =
        DriftBench.measure(
            new CommandSubject(runtime.target(), opener, DRIFT_WARM),
            executions,
            number -> progress.at("drift, execution", number, executions));
    progress.done();
    return found;
  }

  private int failed(String why) {
    progress.done();
    streams.say("iso bench: " + TerminalText.line(why) + "\n");
    return ExitStatus.INFRASTRUCTURE;
  }
}
