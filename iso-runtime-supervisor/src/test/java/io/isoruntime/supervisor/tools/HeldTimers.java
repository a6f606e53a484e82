package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Timers of which those for {@link #HELD} fire when a test says so, and the others in time. */
public final class HeldTimers extends ScheduledThreadPoolExecutor {
  /** Longer than any test. */
  public static final Duration HELD = Duration.ofMinutes(7);

  private final BlockingQueue<Runnable> held = new LinkedBlockingQueue<>();

  public HeldTimers() {
    super(1);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    if (unit.toNanos(delay) == HELD.toNanos()) {
      held.add(task);
    }
    return super.schedule(task, delay, unit);
  }

  boolean holdsAny() {
    return !held.isEmpty();
  }

  /** Waits for one, and fires all that are held by then. */
  public void fire() throws InterruptedException {
    Runnable first = held.poll(10, TimeUnit.SECONDS);
    assertNotNull(first, "no timer was set");
    List<Runnable> due = new ArrayList<>(List.of(first));
    held.drainTo(due);
    due.forEach(this::execute);
  }
}
