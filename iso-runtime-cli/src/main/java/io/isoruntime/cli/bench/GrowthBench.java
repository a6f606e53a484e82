package io.isoruntime.cli.bench;

import io.isoruntime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;

/** Times executions as workspaces and registries grow; the sizes of one axis take turns. */
public final class GrowthBench {
  private static final int WARM_UP = 2;

  private final Duration pause;
  private final int rounds;
  private final Map<String, String> absent = new LinkedHashMap<>();

  /**
   * With nothing measured yet.
   *
   * @param pause before each run, as for {@link Bench}
   * @param rounds how many are counted
   */
  public GrowthBench(Duration pause, int rounds) {
    this.pause = pause;
    this.rounds = rounds;
  }

  /**
   * Measures all there is.
   *
   * @param runtime which all share; it stays open
   * @param before told what grows and the number of each round that counts, from 1 on
   */
  public List<Growth> measure(Runtime runtime, ObjIntConsumer<String> before)
      throws InterruptedException {
    List<Growth> all = new ArrayList<>();
    for (GrowthAxis axis : GrowthAxis.values()) {
      List<GrowthContender> contenders =
          axis.sizes().stream().map(size -> new GrowthContender(axis, size, runtime)).toList();
      Bench bench = new Bench(pause, WARM_UP);
      try {
        bench.compare(contenders, rounds, round -> before.accept(axis.title(), round));
      } finally {
        contenders.forEach(Contender::close);
      }
      absent.putAll(bench.absent());
      all.add(new Growth(axis, bySize(contenders, bench.samples())));
    }
    return all;
  }

  private static SortedMap<Integer, Samples> bySize(
      List<GrowthContender> contenders, Map<String, Samples> samples) {
    SortedMap<Integer, Samples> sizes = new TreeMap<>();
    for (GrowthContender contender : contenders) {
      Samples of = samples.get(contender.name());
      if (of != null) {
        sizes.put(contender.size(), of);
      }
    }
    return sizes;
  }

  /** Which sizes could not be run, by their names such as {@code mebibytes64}, and why. */
  public Map<String, String> absent() {
    return absent;
  }
}
