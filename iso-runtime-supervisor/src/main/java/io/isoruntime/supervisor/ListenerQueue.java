package io.isoruntime.supervisor;

import io.isoruntime.ExecutionListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener one thing after the other, on one thread at a time, and holds a bounded amount
 * of what it has not taken yet. Thread-safe.
 */
final class ListenerQueue {
  private static final int MAX_THINGS = 1_000;
  private static final long MAX_BYTES = 4 * 1024 * 1024;
  private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

  private final String executionId;
  private final ExecutionListener listener;
  private final Executor threads;
  private final Deque<Thing> waiting = new ArrayDeque<>();
  private long bytes;
  private long missed; // after all that waits
  private boolean telling;
  private boolean closed;

  private record Thing(int bytes, Consumer<ExecutionListener> telling) {}

  ListenerQueue(String executionId, ExecutionListener listener, Executor threads) {
    this.executionId = executionId;
    this.listener = listener;
    this.threads = threads;
  }

  /** Has it told; returns at once. */
  void tell(int size, Consumer<ExecutionListener> telling) {
    synchronized (this) {
      if (closed) {
        return;
      }
      boolean fits = waiting.size() < MAX_THINGS && bytes + size <= MAX_BYTES;
      if (fits && missed == 0) {
        add(new Thing(size, telling));
      } else if (fits) {
        long count = missed;
        missed = 0;
        add(new Thing(0, told -> told.missed(count)));
        add(new Thing(size, telling));
      } else {
        missed++;
      }
    }
    begin();
  }

  private void add(Thing thing) {
    waiting.add(thing);
    bytes += thing.bytes();
  }

  private void begin() {
    synchronized (this) {
      if (telling) {
        return;
      }
      telling = true;
    }
    if (!Threads.handOver(threads, this::tellAll)) {
      synchronized (this) {
        telling = false; // the next time, then
        notifyAll();
      }
    }
  }

  private void tellAll() {
    for (Thing next = next(); next != null; next = next()) {
      try {
        next.telling().accept(listener);
      } catch (Throwable e) { // an Error of a listener must not end the execution
        LOG.warn("execution {}: a listener failed", executionId, e);
      }
    }
  }

  private synchronized @Nullable Thing next() {
    Thing next = waiting.poll();
    if (next == null && missed > 0 && !closed) {
      long count = missed;
      missed = 0;
      return new Thing(0, told -> told.missed(count));
    } else if (next == null) {
      telling = false;
      notifyAll();
      return null;
    }
    bytes -= next.bytes();
    return next;
  }

  /**
   * Tells nothing new, once what waits is told or the time is over.
   *
   * @param timers tell when the time is over
   * @return whether all was told
   */
  boolean finish(Duration within, ScheduledExecutorService timers) {
    begin();
    AtomicBoolean over = new AtomicBoolean();
    try {
      Future<?> timer = timers.schedule(() -> end(over), within.toNanos(), TimeUnit.NANOSECONDS);
      awaitTold(over);
      timer.cancel(false);
    } catch (RejectedExecutionException e) { // then nothing would end the wait
      LOG.debug(
          "execution {}: the runtime is closed, so no listener is waited for", executionId, e);
    }
    return close();
  }

  private synchronized void end(AtomicBoolean over) {
    over.set(true);
    notifyAll();
  }

  private synchronized void awaitTold(AtomicBoolean over) {
    try {
      while (telling && !over.get()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean close() {
    closed = true;
    boolean all = !telling && waiting.isEmpty() && missed == 0;
    waiting.clear();
    return all;
  }
}
