package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * An execution that is watched while it runs: a trial waits for what its program prints, looks at
 * the world, and ends it. Safe for use by many threads.
 */
final class LiveRun implements Flow.Subscriber<ExecutionEvent> {
  /** What a program prints when it is at its height, and then waits to be ended. */
  static final String HEIGHT = "@height";

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int MOST_LINES = 1_000;
  private static final int MOST_OF_A_LINE = 200;

  private final Execution execution;
  private final Duration patience;
  private final Map<String, Long> lines = new HashMap<>();
  private final StringBuilder line = new StringBuilder();
  private long startedNanos;
  private long count;
  private boolean over;

  private LiveRun(Execution execution, Duration patience) {
    this.execution = execution;
    this.patience = patience;
  }

  static LiveRun of(Execution execution, HostSpeed speed) {
    LiveRun run = new LiveRun(execution, speed.allow(PATIENCE));
    execution.events().subscribe(run);
    return run;
  }

  /** Waits until the program is at its height. */
  LiveRun atHeight() throws InterruptedException {
    return await(HEIGHT);
  }

  /**
   * Waits until the program has printed this line, which is one of its first thousand.
   *
   * @throws Unmet if it ends without
   */
  synchronized LiveRun await(String text) throws InterruptedException {
    await("the line " + text, () -> lines.containsKey(text));
    return this;
  }

  /**
   * Waits until the program has printed so many more lines.
   *
   * @throws Unmet if it ends without
   */
  synchronized LiveRun awaitMore(long more) throws InterruptedException {
    long wanted = count + more;
    await(wanted + " lines", () -> count >= wanted);
    return this;
  }

  private synchronized void await(String what, BooleanSupplier condition)
      throws InterruptedException {
    long until = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean() && !over && System.nanoTime() - until < 0) {
      wait(TimeUnit.SECONDS.toMillis(1));
    }
    if (!condition.getAsBoolean()) {
      // The last event comes a moment before the result.
      String ending = over ? Describe.result(result()) : "it still runs";
      throw new Unmet("the program did not print " + what + ": " + ending);
    }
  }

  /** How long ago the program first printed this line, which it has. */
  synchronized Duration since(String text) {
    return Duration.ofNanos(System.nanoTime() - lines.getOrDefault(text, startedNanos));
  }

  /** How long ago its first instruction was; zero if it was not started. */
  synchronized Duration sinceStart() {
    return startedNanos == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /** How many whole lines it has printed so far, on both streams. */
  synchronized long count() {
    return count;
  }

  /** Ends it. */
  ExecutionResult cancel() throws InterruptedException {
    execution.cancel();
    return result();
  }

  /** Waits for its end. */
  ExecutionResult result() throws InterruptedException {
    try {
      return execution
          .result()
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Unmet("the execution did not end within " + patience.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new Unmet("the execution had no result: " + e.getCause());
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(ExecutionEvent event) {
    if (event instanceof ExecutionEvent.Started) {
      startedNanos = System.nanoTime();
    } else if (event instanceof ExecutionEvent.Output output) {
      printed(output.text());
    }
  }

  private void printed(String text) {
    int begin = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
      keep(text, begin, end);
      if (lines.size() < MOST_LINES || line.toString().equals(HEIGHT)) {
        lines.putIfAbsent(line.toString(), System.nanoTime());
      }
      line.setLength(0);
      begin = end + 1;
      count++;
    }
    keep(text, begin, text.length());
    notifyAll();
  }

  private void keep(String text, int begin, int end) {
    line.append(text, begin, Math.min(end, begin + MOST_OF_A_LINE - line.length()));
  }

  @Override
  public void onError(Throwable failure) {
    onComplete();
  }

  @Override
  public synchronized void onComplete() {
    over = true;
    notifyAll();
  }
}
