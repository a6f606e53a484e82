package io.isoruntime.supervisor;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program's wall-clock limit. It stands still while somebody of the host is waited for, for a
 * bounded time in all: the program can choose when it is waited for, so it must not be able to live
 * longer than the limit and that bound. Thread-safe.
 */
final class WallClock {
  private final long allowedNanos;
  private final Alarm alarm;
  private final LongSupplier nanoTime;
  private long pauseLeftNanos;
  private long ranNanos; // until the last change
  private long changedNanos;
  private int waits;
  private boolean running;
  private boolean closed;
  private @Nullable Future<?> timer;

  /** Rings after so many nanoseconds. */
  interface Alarm {
    Future<?> in(long nanos);
  }

  /**
   * Does not run yet.
   *
   * @param atMost how long it may stand still in all
   */
  WallClock(Duration allowed, Duration atMost, Alarm alarm, LongSupplier nanoTime) {
    this.allowedNanos = allowed.toNanos();
    this.pauseLeftNanos = atMost.toNanos();
    this.alarm = alarm;
    this.nanoTime = nanoTime;
  }

  /** The program's first instruction is next. */
  synchronized void start() {
    changedNanos = nanoTime.getAsLong();
    running = true;
    schedule();
  }

  /** One more wait begins. */
  synchronized void stop() {
    change(1);
  }

  /** One wait is over. */
  synchronized void goOn() {
    change(-1);
  }

  /** It does not ring any more. */
  synchronized void close() {
    closed = true;
    cancel();
  }

  private void change(int by) {
    boolean stood = waits > 0;
    if (running && stood == (waits + by > 0)) {
      waits += by; // nothing changes for the clock
      return;
    }
    if (running) {
      account(stood);
    }
    waits += by;
    if (running) {
      schedule();
    }
  }

  private void account(boolean stood) {
    long now = nanoTime.getAsLong();
    long passed = now - changedNanos;
    long paused = stood ? Math.min(passed, pauseLeftNanos) : 0;
    pauseLeftNanos -= paused;
    ranNanos += passed - paused;
    changedNanos = now;
  }

  /** While it stands still, it rings when it may not stand still any longer and runs out. */
  private void schedule() {
    cancel();
    if (!closed) {
      long left = allowedNanos - ranNanos + (waits > 0 ? pauseLeftNanos : 0);
      timer = alarm.in(Math.max(0, left));
    }
  }

  private void cancel() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
