package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionResult;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** What one execution tells while it runs. Thread-safe. */
final class Heard implements Flow.Subscriber<ExecutionEvent> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Execution execution;
  private final String awaited;
  private final Duration patience;
  private final CompletableFuture<Boolean> said = new CompletableFuture<>();
  private final CompletableFuture<Boolean> over = new CompletableFuture<>();
  private final AtomicInteger outcomes = new AtomicInteger();
  private final StringBuilder output = new StringBuilder();
  private volatile boolean started;

  private Heard(Execution execution, String awaited, Duration patience) {
    this.execution = execution;
    this.awaited = awaited;
    this.patience = patience;
  }

  /** Listens to an execution that was started just now, for a word that it prints. */
  static Heard of(Execution execution, String awaited, HostSpeed speed) {
    Heard heard = new Heard(execution, awaited, speed.allow(PATIENCE));
    execution.events().subscribe(heard);
    return heard;
  }

  /**
   * Waits for the word.
   *
   * @throws Unmet if the execution ends without it
   */
  Heard saying() throws InterruptedException {
    Unmet.unless(
        within(said), () -> "the program did not say '" + awaited + "': " + result(execution));
    return this;
  }

  /** The result, when its event was seen as well. */
  ExecutionResult result() throws InterruptedException {
    ExecutionResult result = result(execution);
    Unmet.unless(within(over), "the events did not end");
    Unmet.unless(outcomes.get() == 1, () -> outcomes + " outcomes were told");
    return result;
  }

  void cancel() {
    execution.cancel();
  }

  /** Whether the program's first instruction was reached. */
  boolean isStarted() {
    return started;
  }

  private boolean within(CompletableFuture<Boolean> event) throws InterruptedException {
    try {
      return event.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  private ExecutionResult result(Execution execution) {
    return execution
        .result()
        .toCompletableFuture()
        .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(ExecutionEvent event) {
    if (event instanceof ExecutionEvent.Started) {
      started = true;
    } else if (event instanceof ExecutionEvent.Output text) {
      output.append(text.text());
      if (output.indexOf(awaited) >= 0) {
        said.complete(true);
      }
    } else if (event instanceof ExecutionEvent.Finished) {
      outcomes.incrementAndGet();
    }
  }

  @Override
  public void onError(Throwable error) {
    onComplete();
  }

  @Override
  public void onComplete() {
    said.complete(false);
    over.complete(true);
  }
}
