package io.isoruntime.testkit;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that keeps all events and lets a test wait for one. Each wait ends with an {@link
 * AssertionError} after 30 s. Safe for use by many threads.
 */
public final class EventLog implements Flow.Subscriber<ExecutionEvent> {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final List<ExecutionEvent> events = new ArrayList<>();
  private final long firstDemand;
  private Flow.@Nullable Subscription subscription;
  private @Nullable Throwable failure;
  private boolean complete;

  private EventLog(long firstDemand) {
    this.firstDemand = firstDemand;
  }

  /** Subscribes to the execution's events, and returns once the subscription stands. */
  public static EventLog of(Execution execution) throws InterruptedException {
    return subscribe(execution, Long.MAX_VALUE);
  }

  /** Subscribes, but takes only this many events until {@link #takeAll()}. */
  public static EventLog slow(Execution execution, long events) throws InterruptedException {
    return subscribe(execution, events);
  }

  private static EventLog subscribe(Execution execution, long demand) throws InterruptedException {
    EventLog log = new EventLog(demand);
    execution.events().subscribe(log);
    synchronized (log) {
      log.awaitThat(() -> log.subscription != null, "No subscription");
    }
    return log;
  }

  /** Takes whatever comes from now on. */
  public synchronized void takeAll() {
    if (subscription != null) {
      subscription.request(Long.MAX_VALUE);
    }
  }

  /** Waits until all output so far, of both streams, contains this text. */
  public synchronized void awaitOutput(String text) throws InterruptedException {
    awaitThat(() -> output().contains(text), "No output '" + text + "'");
  }

  /** Waits for the first event, past or future, that matches. */
  public synchronized ExecutionEvent await(Predicate<ExecutionEvent> matches)
      throws InterruptedException {
    awaitThat(() -> events.stream().anyMatch(matches), "No such event");
    return events.stream().filter(matches).findFirst().orElseThrow();
  }

  /** Waits until the stream completes, and returns all events. */
  public synchronized List<ExecutionEvent> awaitEnd() throws InterruptedException {
    awaitThat(() -> complete, "No end");
    return List.copyOf(events);
  }

  private String output() {
    StringBuilder text = new StringBuilder();
    for (ExecutionEvent event : events) {
      if (event instanceof ExecutionEvent.Output output) {
        text.append(output.text());
      }
    }
    return text.toString();
  }

  private void awaitThat(Condition condition, String otherwise) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0 || failure != null || complete) {
        throw new AssertionError(otherwise + " among " + events.size() + " events.", failure);
      }
      wait(left);
    }
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(firstDemand);
    notifyAll();
  }

  @Override
  public synchronized void onNext(ExecutionEvent event) {
    events.add(event);
    notifyAll();
  }

  @Override
  public synchronized void onError(Throwable failure) {
    this.failure = failure;
    notifyAll();
  }

  @Override
  public synchronized void onComplete() {
    complete = true;
    notifyAll();
  }

  private interface Condition {
    boolean holds();
  }
}
