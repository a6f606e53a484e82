package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import io.isoruntime.ToolContext;
import io.isoruntime.ToolDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A call between its arrival and its answer; also the context that its handler gets. */
final class PendingCall implements ToolContext {
  final long id;
  final String tool;
  final byte[] request;
  final Instant arrived = Instant.now();
  private final long arrivedNanos = System.nanoTime();

  private final String executionId;
  private final Map<String, Object> attributes;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final AtomicReference<@Nullable ToolDecision> decision = new AtomicReference<>();
  private final List<Runnable> onCancel = new ArrayList<>();
  private long deadlineNanos;
  private boolean cancelled;
  private boolean running;
  private @Nullable Thread thread;
  private @Nullable Future<?> timer;

  PendingCall(
      long id, String tool, byte[] request, String executionId, Map<String, Object> attributes) {
    this.id = id;
    this.tool = tool;
    this.request = request;
    this.executionId = executionId;
    this.attributes = attributes;
  }

  /** Wins once: the winner answers the program, everybody else's answer is dropped. */
  boolean claimAnswer() {
    if (!answered.compareAndSet(false, true)) {
      return false;
    }
    synchronized (this) {
      if (timer != null) {
        timer.cancel(false);
      }
    }
    return true;
  }

  boolean isAnswered() {
    return answered.get();
  }

  /** Time since its arrival. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - arrivedNanos);
  }

  /** The first decision on the call counts: an approval that comes late changes nothing. */
  boolean decide(ToolDecision made) {
    return decision.compareAndSet(null, made);
  }

  /** What was decided; only after that. */
  ToolDecision decision() {
    return requireNonNull(decision.get(), "nothing was decided");
  }

  /** The approver is asked on this thread; {@code false} if the call isn't wanted any more. */
  synchronized boolean beginAsking() {
    if (cancelled || answered.get()) {
      return false;
    }
    thread = Thread.currentThread();
    return true;
  }

  /** The call's handler begins; {@code false} if the call isn't wanted any more. */
  synchronized boolean begin() {
    if (cancelled || answered.get()) {
      return false;
    }
    running = true;
    thread = Thread.currentThread();
    return true;
  }

  /** The handler's thread is about to leave it; from here on it is not interrupted. */
  synchronized void leaveThread() {
    thread = null;
  }

  /** The handler has ended for good. */
  synchronized void end() {
    running = false;
    thread = null;
    notifyAll();
  }

  /** Sets the deadline of what comes next, in place of the one before. */
  synchronized void deadline(Duration timeout, Future<?> timer) {
    if (this.timer != null) {
      this.timer.cancel(false);
    }
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    this.timer = timer;
    if (answered.get()) {
      timer.cancel(false);
    }
  }

  /**
   * Tells the handler that its answer isn't wanted any more.
   *
   * @return what the embedder wants to be run, once
   */
  synchronized List<Runnable> cancel() {
    if (cancelled) {
      return List.of();
    }
    cancelled = true;
    if (thread != null) {
      thread.interrupt();
    }
    return List.copyOf(onCancel);
  }

  /** Waits until the handler has ended. */
  synchronized boolean awaitEnd(long untilNanos) throws InterruptedException {
    while (running) {
      long millis = (untilNanos - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        return false;
      }
      wait(millis);
    }
    return true;
  }

  @Override
  public String executionId() {
    return executionId;
  }

  @Override
  public long callId() {
    return id;
  }

  @Override
  public synchronized Duration remaining() {
    long nanos = deadlineNanos - System.nanoTime();
    return nanos > 0 && !cancelled ? Duration.ofNanos(nanos) : Duration.ZERO;
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        onCancel.add(action);
        return;
      }
    }
    action.run();
  }

  @Override
  public Map<String, Object> attributes() {
    return attributes;
  }
}
