package io.isoruntime.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Hands each task to a thread of its own, which runs when the schedule says so. */
final class ScheduledThreads extends AbstractExecutorService {
  private final Schedule schedule;
  private final String name;
  private final List<Schedule.Actor> actors = new ArrayList<>();
  private int unfinished;
  private boolean shutdown;

  private ScheduledThreads(Schedule schedule, String name) {
    this.schedule = schedule;
    this.name = name;
  }

  /** A runtime's threads under this schedule. */
  static Threads of(Schedule schedule, VirtualTimers timers) {
    return new Threads(
        new ScheduledThreads(schedule, "work"), new ScheduledThreads(schedule, "handler"), timers);
  }

  @Override
  public void execute(Runnable task) {
    synchronized (this) {
      if (shutdown) {
        throw new RejectedExecutionException(name + " is shut down");
      }
      unfinished++;
      actors.add(
          schedule.spawn(
              name,
              () -> {
                try {
                  task.run();
                } finally {
                  finished();
                }
              }));
    }
    Schedule.step("has handed over to " + name);
  }

  private synchronized void finished() {
    unfinished--;
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
  }

  @Override
  public synchronized List<Runnable> shutdownNow() {
    shutdown = true;
    actors.forEach(Schedule.Actor::interrupt);
    return List.of();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public synchronized boolean isTerminated() {
    return shutdown && unfinished == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    Schedule.await("waits for the end of " + name, this::isTerminated);
    return true;
  }
}
