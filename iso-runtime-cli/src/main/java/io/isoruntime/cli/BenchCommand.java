package io.isoruntime.cli;

import io.isoruntime.IsoException;
import io.isoruntime.cli.bench.AbsentException;
import io.isoruntime.cli.bench.Bench;
import io.isoruntime.cli.bench.BenchReport;
import io.isoruntime.cli.bench.CommandContender;
import io.isoruntime.cli.bench.Figure;
import io.isoruntime.cli.bench.IdleMemory;
import io.isoruntime.cli.bench.RuntimeContender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
          + " copy; executions a second; the memory of a sandbox that waits.",
      "docker: beside docker exec in a container that all share, and docker run --rm.",
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
    footer = {"  iso bench", "  iso bench --runtime docker --rounds 30 --json"})
final class BenchCommand implements Callable<Integer> {
  private static final Duration RATE_TIME = Duration.ofSeconds(3);
  private static final int WARM_UP = 100;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int TRAFFIC_ROUNDS = 15;
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
  private static final int IDLE = 4;

  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;

  @Mixin RuntimeOptions runtime;
  @Mixin Verbosity verbosity;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description =
          "How often each runs (default: 100, of docker 20); tool calls and data at most 15"
              + " times. 5 rounds that don't count come first.")
  @Nullable Integer rounds;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: machine, rounds, each figure that has a target, targets, samples,"
              + " perSecond, perSecondByCallers, firstExecutionMillis, absent, isolation.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  BenchCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    verbosity.applyOr("error");
    if (rounds != null && rounds < 1) {
      throw new UsageException("Invalid value for option '--rounds': give 1 or more.");
    }
    long begin = System.nanoTime();
    try (BenchPlan plan = new BenchPlan(runtime.target(), opener)) {
      plan.cold().time();
      double firstMillis = (System.nanoTime() - begin) / 1e6;
      BenchReport report = measure(plan, rounds != null ? rounds : plan.usualRounds(), firstMillis);
      streams.print(json ? report.json() : report.text());
      return ExitStatus.OK;
    } catch (IsoException e) {
      return failed(e.problem().message());
    } catch (AbsentException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private int failed(String why) {
    progress("");
    streams.say("iso bench: " + TerminalText.line(why) + "\n");
    return ExitStatus.INFRASTRUCTURE;
  }

  private BenchReport measure(BenchPlan plan, int counted, double firstMillis)
      throws AbsentException, InterruptedException {
    BenchPlan.Interpreter python = plan.interpreter();
    Bench bench = new Bench(plan.pause());
    List<Figure> further = new ArrayList<>();
    Map<String, String> absent = new LinkedHashMap<>();
    if (plan.makesChildren()) {
      progress("the memory of sandboxes that wait");
      try {
        further.add(IdleMemory.measure(plan::runtime, IDLE));
      } catch (AbsentException e) {
        absent.put(IdleMemory.KEY, String.valueOf(e.getMessage()));
      }
    }
    RuntimeContender warm = plan.warm();
    progress("warming up");
    for (int run = 0; run < Math.min(WARM_UP, WARM_UP_ROUNDS * counted); run++) {
      warm.time(); // until the JVM has compiled what a service has long since
    }
    bench.compare(
        plan.programs(python.path()), counted, round -> progress("round", round, counted));
    int fewer = Math.min(counted, TRAFFIC_ROUNDS);
    bench.compare(
        plan.traffic(python.path()), fewer, round -> progress("tool calls and data", round, fewer));
    progress("many callers");
    Map<String, Double> rates = new LinkedHashMap<>();
    int callers = 2 * java.lang.Runtime.getRuntime().availableProcessors();
    double rate = Bench.throughput(warm, callers, RATE_TIME);
    rates.put(warm.name(), rate);
    CommandContender bare = plan.bare().orElse(null);
    if (bare != null && bench.samples().containsKey(bare.name())) {
      double bareRate = Bench.throughput(bare, callers, RATE_TIME);
      rates.put(bare.name(), bareRate);
      further.add(0, new Figure("throughputVsBarePython", rate / bareRate, 1.0, false));
    }
    Map<String, Double> byCallers = new LinkedHashMap<>();
    for (int count : CALLERS) {
      byCallers.put(Integer.toString(count), Bench.throughput(warm, count, RATE_TIME));
    }
    progress("");
    absent.putAll(bench.absent());
    return new BenchReport(
        BenchReport.Machine.current(python.version()),
        counted,
        plan.all(),
        bench.samples(),
        absent,
        rates,
        byCallers,
        further,
        firstMillis,
        warm.isolation());
  }

  private void progress(String what, int round, int of) {
    progress(what + " " + round + " of " + of);
  }

  private void progress(String text) {
    if (streams.errIsTerminal()) {
      streams.say("\r\033[K" + text);
    }
  }
}
