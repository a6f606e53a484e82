package io.isoruntime.supervisor.tools;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers of which those for {@link #RUNG} ring when a test says so, and the others in time. */
final class RungTimers extends ScheduledThreadPoolExecutor {
  /** Longer than any test. */
  static final Duration RUNG = Duration.ofMinutes(7);

  private final Queue<Runnable> set = new ConcurrentLinkedQueue<>();

  RungTimers() {
    super(1);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    if (unit.toNanos(delay) == RUNG.toNanos()) {
      set.add(task);
    }
    return super.schedule(task, delay, unit);
  }

  boolean areSet() {
    return !set.isEmpty();
  }

  void ring() {
    set.forEach(this::execute);
  }
}
