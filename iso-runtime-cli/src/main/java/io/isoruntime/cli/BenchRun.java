package io.isoruntime.cli;

import io.isoruntime.Runtime;
import io.isoruntime.cli.bench.AbsentException;
import io.isoruntime.cli.bench.Bench;
import io.isoruntime.cli.bench.BenchReport;
import io.isoruntime.cli.bench.CommandContender;
import io.isoruntime.cli.bench.Figure;
import io.isoruntime.cli.bench.Growth;
import io.isoruntime.cli.bench.GrowthBench;
import io.isoruntime.cli.bench.IdleMemory;
import io.isoruntime.cli.bench.RunningMemory;
import io.isoruntime.cli.bench.RuntimeContender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One bench from its first phase to its last; the order keeps each out of the next one's way. */
final class BenchRun {
  private static final Duration RATE_TIME = Duration.ofSeconds(3);
  private static final int WARM_UP = 100;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int TRAFFIC_ROUNDS = 15;
  private static final int GROWTH_ROUNDS = 10;
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
  private static final int MEASURED_TOGETHER = 4;

  private final BenchPlan plan;
  private final int rounds;
  private final BenchProgress progress;
  private final Bench bench;
  private final List<Figure> further = new ArrayList<>();
  private final Map<String, Double> measures = new LinkedHashMap<>();
  private final Map<String, String> absent = new LinkedHashMap<>();
  private final Map<String, Double> rates = new LinkedHashMap<>();
  private final Map<String, Double> ratesByCallers = new LinkedHashMap<>();

  BenchRun(BenchPlan plan, int rounds, BenchProgress progress) {
    this.plan = plan;
    this.rounds = rounds;
    this.progress = progress;
    this.bench = new Bench(plan.pause());
  }

  /**
   * Measures all but drift; once.
   *
   * @param firstMillis what the first execution of this JVM took
   */
  BenchReport measure(double firstMillis) throws AbsentException, InterruptedException {
    BenchPlan.Interpreter python = plan.interpreter();
    if (plan.makesChildren()) {
      memory();
    }
    RuntimeContender warm = plan.warm();
    warmUp(warm);
    sideBySide(python.path());
    List<Growth> growth = growth();
    throughput(warm);
    progress.done();
    absent.putAll(bench.absent());
    return new BenchReport(
        BenchReport.Machine.current(python.version()),
        rounds,
        plan.all(),
        bench.samples(),
        absent,
        rates,
        ratesByCallers,
        further,
        measures,
        growth,
        null,
        firstMillis,
        warm.isolation());
  }

  private void memory() throws InterruptedException {
    progress.at("the memory of sandboxes");
    try {
      further.add(IdleMemory.measure(plan::runtime, MEASURED_TOGETHER));
    } catch (AbsentException e) {
      absent.put(IdleMemory.KEY, String.valueOf(e.getMessage()));
    }
    try (Runtime runtime = plan.runtime(0)) {
      measures.put(RunningMemory.KEY, RunningMemory.measure(runtime, MEASURED_TOGETHER));
    } catch (AbsentException e) {
      absent.put(RunningMemory.KEY, String.valueOf(e.getMessage()));
    }
  }

  /** Until the JVM has compiled what a service has long since. */
  private void warmUp(RuntimeContender warm) throws AbsentException {
    progress.at("warming up");
    for (int run = 0; run < Math.min(WARM_UP, WARM_UP_ROUNDS * rounds); run++) {
      warm.time();
    }
  }

  private void sideBySide(String python) throws InterruptedException {
    bench.compare(plan.programs(python), rounds, round -> progress.at("round", round, rounds));
    int fewer = Math.min(rounds, TRAFFIC_ROUNDS);
    bench.compare(
        plan.traffic(python),
        fewer,
        round -> progress.at("tool calls and data, round", round, fewer));
  }

  private List<Growth> growth() throws InterruptedException {
    int fewer = Math.min(rounds, GROWTH_ROUNDS);
    GrowthBench growing = new GrowthBench(plan.pause(), fewer);
    try (Runtime runtime = plan.warmRuntime()) {
      return growing.measure(runtime, (what, round) -> progress.at(what + ", round", round, fewer));
    } finally {
      absent.putAll(growing.absent());
    }
  }

  private void throughput(RuntimeContender warm) throws AbsentException, InterruptedException {
    progress.at("many callers");
    int callers = 2 * java.lang.Runtime.getRuntime().availableProcessors();
    double rate = Bench.throughput(warm, callers, RATE_TIME);
    rates.put(warm.name(), rate);
    CommandContender bare = plan.bare().orElse(null);
    if (bare != null && bench.samples().containsKey(bare.name())) {
      double bareRate = Bench.throughput(bare, callers, RATE_TIME);
      rates.put(bare.name(), bareRate);
      further.add(0, new Figure("throughputVsBarePython", rate / bareRate, 1.0, false));
    }
    for (int count : CALLERS) {
      ratesByCallers.put(Integer.toString(count), Bench.throughput(warm, count, RATE_TIME));
    }
  }
}
