package io.isoruntime.supervisor;

import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * One timer thread of a schedule, whose time is what the schedule makes of it: up to a horizon the
 * next timer may fire at any moment, however little the others have done meanwhile; beyond it only
 * when nobody else can go on.
 */
final class VirtualTimers extends AbstractExecutorService implements ScheduledExecutorService {
  private final long horizonNanos;
  private final long endNanos;
  private final TreeSet<Timer> waiting = new TreeSet<>();
  private long nowNanos;
  private long allowedNanos;
  private long made;
  private boolean shutdown;

  /** None fires before so many turns of the schedule, if anybody else can go on. */
  VirtualTimers(Schedule schedule, int turns, long horizonNanos, long endNanos) {
    this.horizonNanos = horizonNanos;
    this.endNanos = endNanos;
    this.allowedNanos = horizonNanos;
    schedule.spawn("timer", () -> run(turns));
    schedule.whenIdle(this::advance);
  }

  private void run(int turns) {
    Schedule.bide(turns);
    while (true) {
      Schedule.await("waits for a timer", this::isDue);
      Timer timer = next();
      if (timer == null) {
        return;
      }
      timer.task.run();
      timer.again();
    }
  }

  private synchronized boolean isDue() {
    return shutdown || (!waiting.isEmpty() && waiting.first().dueNanos <= allowedNanos);
  }

  private synchronized Timer next() {
    if (shutdown) {
      return null;
    }
    Timer timer = waiting.pollFirst();
    nowNanos = Math.max(nowNanos, timer.dueNanos);
    allowedNanos = Math.max(horizonNanos, nowNanos);
    return timer;
  }

  private synchronized boolean advance() {
    if (waiting.isEmpty() || waiting.first().dueNanos > endNanos) {
      return false;
    }
    allowedNanos = waiting.first().dueNanos;
    return true;
  }

  /** How many are to fire yet. */
  synchronized int pending() {
    return waiting.size();
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return add(new Timer(task, unit.toNanos(delay), 0));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return add(new Timer(task, unit.toNanos(initialDelay), unit.toNanos(delay)));
  }

  private Timer add(Timer timer) {
    synchronized (this) {
      timer.dueNanos += nowNanos;
      timer.number = made++;
      waiting.add(timer);
    }
    Schedule.step("has set a timer");
    return timer;
  }

  private final class Timer implements ScheduledFuture<Object> {
    private final Runnable task;
    private final long periodNanos;
    private long dueNanos;
    private long number;
    private boolean cancelled;

    Timer(Runnable task, long delayNanos, long periodNanos) {
      this.task = task;
      this.dueNanos = delayNanos;
      this.periodNanos = periodNanos;
    }

    void again() {
      synchronized (VirtualTimers.this) {
        if (periodNanos > 0 && !cancelled && !shutdown) {
          dueNanos = nowNanos + periodNanos;
          number = made++;
          waiting.add(this);
        }
      }
    }

    @Override
    public boolean cancel(boolean interrupt) {
      synchronized (VirtualTimers.this) {
        cancelled = true;
        return waiting.remove(this);
      }
    }

    @Override
    public int compareTo(Delayed other) {
      Timer timer = (Timer) other;
      int byTime = Long.compare(dueNanos, timer.dueNanos);
      return byTime != 0 ? byTime : Long.compare(number, timer.number);
    }

    @Override
    public boolean isCancelled() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isDone() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object get() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public synchronized List<Runnable> shutdownNow() {
    shutdown = true;
    waiting.clear();
    return List.of();
  }

  @Override
  public void shutdown() {
    shutdownNow();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public synchronized boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void execute(Runnable task) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }
}
