package io.isoruntime.supervisor;

import io.isoruntime.ExecutionListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
   * @return whether all was told
   */
  boolean finish(Duration within) {
    begin();
    long until = System.nanoTime() + within.toNanos();
    boolean interrupted = false;
    synchronized (this) {
      while (telling) {
        long millis = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (millis <= 0) {
          break;
        }
        try {
          wait(millis);
        } catch (InterruptedException e) {
          interrupted = true;
          break;
        }
      }
      closed = true;
      boolean all = !telling && waiting.isEmpty() && missed == 0;
      waiting.clear();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return all;
    }
  }
}
