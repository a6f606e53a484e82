package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.isoruntime.Limit;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class VerdictTest {
  private static final List<Decision> DECISIONS =
      List.of(
          new Decision.Exited(),
          new Decision.Expired(),
          new Decision.Cancelled(),
          new Decision.Exceeded(Limit.MEMORY));

  /** Each thread decides a whole row after one barrier, so that they meet often. */
  @Test
  void countsOneDecisionWhoeverDecidesAtTheSameTime() throws Exception {
    int rounds = 10_000;
    List<Verdict> verdicts = java.util.stream.Stream.generate(Verdict::new).limit(rounds).toList();
    CyclicBarrier barrier = new CyclicBarrier(DECISIONS.size());
    ExecutorService threads = Executors.newFixedThreadPool(DECISIONS.size());
    try {
      List<Callable<boolean[]>> deciders =
          DECISIONS.stream().map(decision -> decider(verdicts, decision, barrier)).toList();
      List<Future<boolean[]>> counted = threads.invokeAll(deciders);
      for (int round = 0; round < rounds; round++) {
        int winners = 0;
        for (int one = 0; one < DECISIONS.size(); one++) {
          if (counted.get(one).get()[round]) {
            winners++;
            assertSame(DECISIONS.get(one), verdicts.get(round).get());
          }
        }
        assertEquals(1, winners);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<boolean[]> decider(
      List<Verdict> verdicts, Decision decision, CyclicBarrier barrier) {
    return () -> {
      boolean[] counted = new boolean[verdicts.size()];
      for (int round = 0; round < counted.length; round++) {
        if (round % 10 == 0) {
          barrier.await();
        }
        counted[round] = verdicts.get(round).decide(decision);
      }
      return counted;
    };
  }
}
