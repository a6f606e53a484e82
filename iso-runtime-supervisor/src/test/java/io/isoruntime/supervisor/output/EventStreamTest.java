package io.isoruntime.supervisor.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.Dropped;
import io.isoruntime.ExecutionEvent.Output;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.ExecutionEvent.ToolStarted;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Delivers on the publishing thread, so that nothing has to be waited for. */
class EventStreamTest {
  private final EventStream stream = new EventStream(Runnable::run);

  private static class Collector implements Flow.Subscriber<ExecutionEvent> {
    final List<ExecutionEvent> events = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    final long initial;
    Flow.Subscription subscription;
    boolean complete;

    Collector(long initial) {
      this.initial = initial;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      if (initial != 0) {
        subscription.request(initial);
      }
    }

    @Override
    public void onNext(ExecutionEvent event) {
      events.add(event);
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }

    @Override
    public void onComplete() {
      complete = true;
    }
  }

  private static ExecutionEvent call(long id) {
    return new ToolStarted(id, "t");
  }

  @Test
  void givesTheFirstSubscriberWhatCameBefore() {
    stream.publish(call(1));
    Collector first = new Collector(Long.MAX_VALUE);
    stream.subscribe(first);
    Collector second = new Collector(Long.MAX_VALUE);
    stream.subscribe(second);
    stream.publish(call(2));
    stream.finish(call(3));
    assertEquals(List.of(call(1), call(2), call(3)), first.events);
    assertEquals(List.of(call(2), call(3)), second.events);
    assertTrue(first.complete && second.complete);
  }

  @Test
  void deliversNoMoreThanWasRequested() {
    Collector collector = new Collector(1);
    stream.subscribe(collector);
    stream.publish(call(1));
    stream.publish(call(2));
    assertEquals(List.of(call(1)), collector.events);
    collector.subscription.request(1);
    assertEquals(List.of(call(1), call(2)), collector.events);
  }

  @Test
  void countsWhatASlowSubscriberMisses() {
    Collector slow = new Collector(0);
    stream.subscribe(slow);
    String text = "x".repeat(1024 * 1024);
    for (int i = 0; i < 100; i++) {
      stream.publish(new Output(OutputStreamName.STDOUT, text));
    }
    ExecutionEvent last =
        new ExecutionEvent.Finished(
            ExecutionResult.builder("x", new Outcome.Completed(), Path.of("/w")).build());
    stream.finish(last);
    slow.subscription.request(Long.MAX_VALUE);
    assertEquals(4, slow.events.size());
    assertEquals(98, assertInstanceOf(Dropped.class, slow.events.get(2)).count());
    assertEquals(last, slow.events.get(3));
    assertTrue(slow.complete);
  }

  @Test
  void publishesNothingAfterTheLast() {
    Collector collector =
        new Collector(Long.MAX_VALUE) {
          @Override
          public void onNext(ExecutionEvent event) {
            super.onNext(event);
            if (event.equals(call(2))) {
              stream.publish(call(3)); // as a tool's thread may at this moment
            }
          }
        };
    stream.subscribe(collector);
    stream.publish(call(1));
    stream.finish(call(2));
    assertEquals(List.of(call(1), call(2)), collector.events);
    assertTrue(collector.complete);
  }

  @Test
  void deliversThoughTheRuntimesThreadsAreGone() throws InterruptedException {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    threads.shutdown();
    EventStream closed = new EventStream(threads);
    closed.finish(call(1));
    CountDownLatch completed = new CountDownLatch(1);
    Collector late =
        new Collector(Long.MAX_VALUE) {
          @Override
          public void onComplete() {
            completed.countDown();
          }
        };
    closed.subscribe(late);
    assertTrue(completed.await(5, TimeUnit.SECONDS));
    assertEquals(List.of(call(1)), late.events);
  }

  @Test
  void servesASubscriberThatComesAfterTheEnd() {
    stream.finish(call(1));
    Collector late = new Collector(Long.MAX_VALUE);
    stream.subscribe(late);
    assertEquals(List.of(call(1)), late.events);
    assertTrue(late.complete);
  }

  @Test
  void stopsAtCancelAndTellsABadRequest() {
    Collector gone = new Collector(Long.MAX_VALUE);
    stream.subscribe(gone);
    gone.subscription.cancel();
    stream.publish(call(1));
    assertEquals(List.of(), gone.events);
    Collector bad = new Collector(-1);
    stream.subscribe(bad);
    assertEquals(1, bad.errors.size());
  }
}
