package io.isoruntime.supervisor;

import io.isoruntime.ExecutionEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Takes one event at a time; between them another thread of the schedule may go first. */
final class EventCollector implements Flow.Subscriber<ExecutionEvent> {
  private final List<ExecutionEvent> events = new CopyOnWriteArrayList<>();
  private Flow.Subscription subscription;
  private final CountDownLatch complete = new CountDownLatch(1);

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    this.subscription = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(ExecutionEvent event) {
    events.add(event);
    Schedule.step("has taken an event");
    subscription.request(1);
  }

  @Override
  public void onError(Throwable failure) {
    throw new AssertionError("the events ended in a failure", failure);
  }

  @Override
  public void onComplete() {
    if (isComplete()) {
      throw new AssertionError("the events completed twice");
    }
    complete.countDown();
  }

  boolean isComplete() {
    return complete.getCount() == 0;
  }

  /** For threads that are not of a schedule. */
  void awaitCompletion() throws InterruptedException {
    if (!complete.await(10, TimeUnit.SECONDS)) {
      throw new AssertionError("the events did not complete");
    }
  }

  List<ExecutionEvent> events() {
    return events;
  }
}
