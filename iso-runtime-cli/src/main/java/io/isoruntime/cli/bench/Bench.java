package io.isoruntime.cli.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Times contenders in turns, so that all meet the same moods of the host. */
public final class Bench {
  private static final int USUAL_WARM_UP = 5;

  private final Duration pause;
  private final int warmUp;
  private final Map<String, Samples> samples = new LinkedHashMap<>();
  private final Map<String, String> absent = new LinkedHashMap<>();

  /**
   * With nothing measured yet.
   *
   * @param pause before each run: what the one before has begun, such as to make its next sandbox,
   *     is not to be at the expense of another
   */
  public Bench(Duration pause) {
    this(pause, USUAL_WARM_UP);
  }

  /**
   * The same with so many rounds first that are not counted: what is loaded and grown once. Fewer
   * than the usual five do where the code has run before.
   */
  Bench(Duration pause, int warmUp) {
    this.pause = pause;
    this.warmUp = warmUp;
  }

  /**
   * Lets them run in turns, A B C A B C. Who can't run is left out from then on, and named.
   *
   * @param rounds how many are counted
   * @param before told the number of each round that counts, from 1 on
   */
  public void compare(List<? extends Contender> contenders, int rounds, IntConsumer before)
      throws InterruptedException {
    List<Contender> present = new ArrayList<>(contenders);
    for (int round = 1 - warmUp; round <= rounds; round++) {
      if (round > 0) {
        before.accept(round);
      }
      for (Contender contender : List.copyOf(present)) {
        try {
          Thread.sleep(pause.toMillis());
          long nanos = contender.time();
          if (round > 0) {
            samples.computeIfAbsent(contender.name(), name -> new Samples()).add(nanos);
          }
        } catch (AbsentException e) {
          present.remove(contender);
          samples.remove(contender.name());
          absent.put(contender.name(), String.valueOf(e.getMessage()));
        }
      }
    }
  }

  /**
   * How many runs a second end when so many callers run one after the other each.
   *
   * @throws AbsentException if it can't run
   */
  public static double throughput(Contender contender, int callers, Duration duration)
      throws AbsentException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try {
      long begin = System.nanoTime();
      List<Future<Integer>> counts = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        counts.add(
            threads.submit(
                () -> {
                  int count = 0;
                  for (; System.nanoTime() - begin < duration.toNanos(); count++) {
                    contender.time();
                  }
                  return count;
                }));
      }
      int total = 0;
      for (Future<Integer> count : counts) {
        total += count.get();
      }
      return total / ((System.nanoTime() - begin) / 1e9);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AbsentException absent) {
        throw absent;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** By contender, in the order of its first run; those that ran every time. */
  public Map<String, Samples> samples() {
    return samples;
  }

  /** Who could not take part, and why. */
  public Map<String, String> absent() {
    return absent;
  }
}
