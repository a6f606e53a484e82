package io.isoruntime.toolhost;

import io.isoruntime.IsoException;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A tool host that is started again when it ends, after a pause that grows while that doesn't help.
 * Calls wait meanwhile, each until its deadline. Thread-safe.
 */
final class RestartingHost {
  private static final Logger LOG = LoggerFactory.getLogger(RestartingHost.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** One that lived so long was well. */
  private static final Duration WELL = Duration.ofSeconds(60);

  /** So much sooner than the caller gives up, or a tenth of its time, the tool is ended. */
  private static final Duration MARGIN = Duration.ofMillis(250);

  private final HostPlan plan;
  private final Executor threads;
  private final ScheduledExecutorService timers;
  private CompletableFuture<HostConnection> current;
  private Duration pause = FIRST_PAUSE;
  private @Nullable HostConnection starting;
  private boolean closed;

  private RestartingHost(
      HostPlan plan, Executor threads, ScheduledExecutorService timers, HostConnection first) {
    this.plan = plan;
    this.threads = threads;
    this.timers = timers;
    this.current = CompletableFuture.completedFuture(first);
    heed(first);
  }

  /**
   * Starts it for the first time.
   *
   * @throws IsoException if that fails
   */
  static RestartingHost open(HostPlan plan, Executor threads, ScheduledExecutorService timers) {
    return new RestartingHost(
        plan, threads, timers, HostConnection.open(plan, threads, timers, first -> {}));
  }

  /** What it found when it was started for the first time. */
  synchronized Catalog catalog() {
    return current.join().catalog();
  }

  /** Begins a call; otherwise as {@link HostConnection#call}. */
  CompletableFuture<byte[]> call(String tool, byte[] request, ToolContext context) {
    CompletableFuture<HostConnection> host;
    synchronized (this) {
      host = current;
    }
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    context.onCancel(
        () ->
            answer.completeExceptionally(
                new ToolException("CANCELLED", "The call was cancelled.", false)));
    var unused =
        host.whenComplete(
            (connection, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else if (!answer.isDone()) {
                send(connection, tool, request, context, answer);
              }
            });
    return answer;
  }

  private static void send(
      HostConnection connection,
      String tool,
      byte[] request,
      ToolContext context,
      CompletableFuture<byte[]> answer) {
    CompletableFuture<byte[]> sent = connection.call(tool, request, inTime(context.remaining()));
    var unused =
        sent.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                answer.completeExceptionally(failure);
              } else {
                answer.complete(value);
              }
            });
    unused = answer.whenComplete((value, failure) -> sent.cancel(false));
  }

  private static Duration inTime(Duration remaining) {
    Duration tenth = remaining.dividedBy(10);
    return remaining.minus(tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN);
  }

  private void heed(HostConnection connection) {
    long started = System.nanoTime();
    connection.onEnd(
        reason -> {
          boolean again = replace(reason, Duration.ofNanos(System.nanoTime() - started));
          try {
            threads.execute(() -> cleanUp(connection, again));
          } catch (RejectedExecutionException e) {
            LOG.debug("all is being closed", e);
          }
        });
  }

  /** Lets calls wait for the next one; tells whether there is to be one. */
  private synchronized boolean replace(String reason, Duration lived) {
    if (closed) {
      return false;
    }
    if (lived.compareTo(WELL) >= 0) {
      pause = FIRST_PAUSE;
    }
    LOG.warn(
        "the tool host ({}) ended: {}; it is started again in {} ms",
        plan.placement().name(),
        reason,
        pause.toMillis());
    current = new CompletableFuture<>();
    return true;
  }

  private void cleanUp(HostConnection connection, boolean again) {
    connection.end();
    if (again) {
      schedule();
    }
  }

  private synchronized void schedule() {
    Duration wait = pause;
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    var unused =
        timers.schedule(
            () -> threads.execute(this::restart), wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void restart() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    @Nullable HostConnection connection = null;
    try {
      connection = HostConnection.open(plan, threads, timers, this::began);
      connection.catalog().faults().forEach(fault -> LOG.warn("at its new start: {}", fault));
    } catch (IsoException e) {
      LOG.warn("the tool host could not be started again: {}", e.getMessage());
    }
    settle(connection);
  }

  private void began(HostConnection connection) {
    boolean superfluous;
    synchronized (this) {
      superfluous = closed;
      starting = connection;
    }
    if (superfluous) {
      connection.end();
    }
  }

  private void settle(@Nullable HostConnection connection) {
    CompletableFuture<HostConnection> waiting;
    boolean superfluous;
    synchronized (this) {
      starting = null;
      waiting = current;
      superfluous = closed;
      if (!closed && connection == null) {
        current = new CompletableFuture<>();
        schedule();
      }
    }
    if (connection != null && superfluous) {
      connection.end();
    } else if (connection != null) {
      waiting.complete(connection);
      heed(connection);
    } else {
      waiting.completeExceptionally(unavailable(true));
    }
  }

  private static ToolException unavailable(boolean retryable) {
    return new ToolException(
        "TOOL_HOST_UNAVAILABLE", "The tool host does not run at the moment.", retryable);
  }

  /** Ends it, and waits for it; its calls fail. Idempotent. */
  void close() {
    CompletableFuture<HostConnection> last;
    @Nullable HostConnection beginning;
    synchronized (this) {
      closed = true;
      last = current;
      beginning = starting;
      current = CompletableFuture.failedFuture(unavailable(false));
    }
    if (!last.completeExceptionally(unavailable(false)) && !last.isCompletedExceptionally()) {
      last.join().end();
    }
    if (beginning != null) {
      beginning.end();
    }
  }
}
