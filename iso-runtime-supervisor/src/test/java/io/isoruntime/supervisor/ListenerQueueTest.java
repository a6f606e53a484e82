package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionListener;
import io.isoruntime.supervisor.tools.HeldTimers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class ListenerQueueTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HeldTimers timers = new HeldTimers();
  private final List<Object> told = new ArrayList<>();
  private final ExecutionListener listener =
      new ExecutionListener() {
        @Override
        public void missed(long count) {
          told.add("missed " + count);
        }
      };

  @AfterEach
  void shutDown() {
    threads.shutdownNow();
    timers.shutdownNow();
  }

  private void tell(ListenerQueue queue, int size, Object what) {
    queue.tell(size, listener -> told.add(what));
  }

  @Test
  void allIsToldInOrderOnOneThreadAtATime() {
    ListenerQueue queue = new ListenerQueue("x", listener, threads);
    for (int i = 0; i < 500; i++) {
      tell(queue, 1, i);
    }
    assertTrue(queue.finish(LONG, timers));
    assertEquals(IntStream.range(0, 500).boxed().toList(), told);
  }

  @Test
  void whatThrowsHarmsNothing() {
    ListenerQueue queue = new ListenerQueue("x", listener, threads);
    queue.tell(
        1,
        listener -> {
          throw new StackOverflowError();
        });
    tell(queue, 1, "next");
    assertTrue(queue.finish(LONG, timers));
    assertEquals(List.of("next"), told);
  }

  /** Has the listener stand still until the latch is counted down. */
  private static CountDownLatch stick(ListenerQueue queue) throws InterruptedException {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    queue.tell(
        1,
        listener -> {
          taken.countDown();
          try {
            assertTrue(stuck.await(20, TimeUnit.SECONDS));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertTrue(taken.await(20, TimeUnit.SECONDS));
    return stuck;
  }

  @Test
  void whatAListenerCanNotTakeIsLeftOutAndCountedInItsPlace() throws Exception {
    ListenerQueue queue = new ListenerQueue("x", listener, threads);
    CountDownLatch stuck = stick(queue);
    tell(queue, 4 * 1024 * 1024, "large");
    tell(queue, 1, "left out");
    tell(queue, 1, "left out");
    tell(queue, 0, "empty");
    stuck.countDown();
    assertTrue(queue.finish(LONG, timers));
    assertEquals(List.of("large", "missed 2", "empty"), told);
  }

  @Test
  void nobodyWaitsLongForOneThatStandsStill() throws Exception {
    ListenerQueue queue = new ListenerQueue("x", listener, threads);
    CountDownLatch stuck = stick(queue);
    tell(queue, 1, "never");
    Future<?> time =
        threads.submit(
            () -> {
              timers.fire();
              return null;
            });
    assertFalse(queue.finish(HeldTimers.HELD, timers));
    time.get(20, TimeUnit.SECONDS);
    stuck.countDown();
    tell(queue, 1, "after the end");
    assertTrue(queue.finish(LONG, timers));
    assertEquals(List.of(), told);
  }

  @Test
  void withoutAThreadNothingIsToldAndNobodyWaits() {
    ListenerQueue queue =
        new ListenerQueue(
            "x",
            listener,
            task -> {
              throw new RejectedExecutionException();
            });
    tell(queue, 1, "never");
    assertFalse(queue.finish(LONG, timers));
    assertEquals(List.of(), told);
  }

  @Test
  void withoutATimerNobodyWaits() throws Exception {
    ListenerQueue queue = new ListenerQueue("x", listener, threads);
    CountDownLatch stuck = stick(queue);
    timers.shutdownNow();
    assertFalse(queue.finish(LONG, timers));
    stuck.countDown();
  }
}
