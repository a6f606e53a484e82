package io.isoruntime.supervisor;

import java.lang.reflect.Method;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A runtime's threads; all are daemons and gone after {@link #close()}. */
final class Threads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

  /** Flows, event delivery, and whatever may block for a moment. */
  final ExecutorService work;

  /** Tool handlers, which may block as long as the embedder's code does. */
  final ExecutorService handlers;

  /** Deadlines; its tasks only decide and hand over. */
  final ScheduledExecutorService timers;

  Threads() {
    this(Executors.newCachedThreadPool(named("iso-work-")), newHandlers(), newTimers());
  }

  /** Owns these, which decide who runs when. */
  Threads(ExecutorService work, ExecutorService handlers, ScheduledExecutorService timers) {
    this.work = work;
    this.handlers = handlers;
    this.timers = timers;
  }

  private static final @Nullable Method IS_VIRTUAL = isVirtualMethod();

  private static @Nullable Method isVirtualMethod() {
    try {
      return Thread.class.getMethod("isVirtual");
    } catch (NoSuchMethodException e) {
      return null;
    }
  }

  /** Whether the current thread is virtual, on any JDK from 17 on. */
  static boolean isVirtual() {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invoke(Thread.currentThread());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Thread.isVirtual() can't be called.", e);
    }
  }

  /**
   * Hands the task to a thread, unless there is none to give: the executor is closed, or the host
   * has no more.
   *
   * @return whether it was handed over
   */
  static boolean handOver(Executor executor, Runnable task) {
    try {
      executor.execute(task);
      return true;
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      LOG.debug("there is no thread to give", e);
      return false;
    }
  }

  private static ThreadFactory named(String prefix) {
    AtomicLong count = new AtomicLong();
    return task -> {
      Thread thread = new Thread(task, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Virtual threads where the JDK has them (21 and later), looked up since we compile for 17. */
  private static ExecutorService newHandlers() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      return Executors.newCachedThreadPool(named("iso-tool-"));
    }
  }

  private static ScheduledExecutorService newTimers() {
    ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, named("iso-timer-"));
    timers.setRemoveOnCancelPolicy(true);
    return timers;
  }

  @Override
  public void close() {
    timers.shutdownNow();
    handlers.shutdownNow();
    work.shutdown();
    try {
      if (!work.awaitTermination(5, TimeUnit.SECONDS)) {
        LOG.warn("some threads of the runtime still run, probably in a subscriber's code");
        work.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      work.shutdownNow();
    }
  }
}
