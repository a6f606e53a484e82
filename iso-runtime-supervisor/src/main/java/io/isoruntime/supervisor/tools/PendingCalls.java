package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.policy.Redactor;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one execution that have no answer yet: each is decided once and answered once, none
 * after {@link #close()}. Knows nothing of how they are run. Thread-safe.
 */
final class PendingCalls {
  /** Arguments of all of them: a tree of these is larger still. */
  private static final long MAX_BYTES = 16 * 1024 * 1024;

  private static final Duration SETTLE = Duration.ofSeconds(1);

  /** One logger tells all of tool calls. */
  private static final Logger LOG = LoggerFactory.getLogger(ToolDispatcher.class);

  private final String executionId;
  private final Redactor redactor;
  private final int parallel;
  private final Executor own;
  private final ScheduledExecutorService timers;
  private final CallListener listener;

  private final Set<PendingCall> pending = new LinkedHashSet<>();
  private int telling; // threads that decided or answered one and tell of it now
  private boolean closed;

  /**
   * What may take a moment runs on {@code own}, and {@code timers} only hand over.
   *
   * @param parallel how many calls are run at once
   */
  PendingCalls(
      String executionId,
      Redactor redactor,
      int parallel,
      Executor own,
      ScheduledExecutorService timers,
      CallListener listener) {
    this.executionId = executionId;
    this.redactor = redactor;
    this.parallel = parallel;
    this.own = own;
    this.timers = timers;
    this.listener = listener;
  }

  /** Takes one more, unless it is too late. */
  synchronized boolean add(PendingCall call) {
    return !closed && pending.add(call);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Whether the host can hold more than what is here. */
  synchronized boolean hasRoom() {
    return pending.stream().mapToLong(call -> call.request.length).sum() <= MAX_BYTES;
  }

  /** None begins once we are closed, even if its own turn to be cancelled is yet to come. */
  synchronized boolean begin(PendingCall call) {
    return !closed && call.begin();
  }

  /** Does nothing if something was decided before, and says so. */
  boolean deny(PendingCall call, ToolException refusal, String reason, @Nullable Duration waited) {
    if (!decide(call, ToolDecision.deny(refusal.code(), reason, waited))) {
      return false;
    }
    fail(call, ToolCallStatus.DENIED, refusal);
    return true;
  }

  /**
   * Says whether nothing was decided before. Nothing is after the end, which must find the news of
   * all decisions told.
   */
  boolean decide(PendingCall call, ToolDecision decision) {
    synchronized (this) {
      if (closed || !call.decide(decision)) {
        return false;
      }
      telling++;
    }
    try {
      tellDecision(call);
    } finally {
      told();
    }
    return true;
  }

  private synchronized void told() {
    telling--;
    notifyAll();
  }

  private void tellDecision(PendingCall call) {
    listener.decided(
        new DecidedRequest(call.id, call.tool, call.request, call.decision(), Instant.now()));
  }

  /** There are too many. */
  void busy(PendingCall call) {
    ToolException busy =
        new ToolException(
            "BUSY",
            "More than "
                + 2 * parallel
                + " tool calls, or "
                + MAX_BYTES
                + " bytes of arguments, at once.",
            true);
    decide(call, ToolDecision.deny("BUSY", "too many calls at once", null));
    fail(call, ToolCallStatus.BUSY, busy);
  }

  /** The tool's arguments; {@code null} if they don't fit, and the program is told. */
  <I> @Nullable I bind(
      PendingCall call, Tool<I, ?> tool, ObjectNode arguments, Runnable beforeItIsTold) {
    try {
      return ToolJson.bind(tool, arguments);
    } catch (ToolJson.Misfit e) {
      beforeItIsTold.run();
      if (!deny(call, e.failure(), "the arguments do not fit", null)) {
        fail(call, ToolCallStatus.DENIED, e.failure());
      }
    } catch (Throwable e) { // the record's own constructor, or a type that can't be bound
      beforeItIsTold.run();
      decide(call, ToolDecision.allow()); // if nothing is decided: it is the tool that failed
      fail(call, e);
    }
    return null;
  }

  /**
   * Neither message nor stack trace crosses, but of a {@link ToolException}: they may tell of the
   * host what the program must not know.
   */
  void fail(PendingCall call, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof ToolException failure) {
      fail(call, ToolCallStatus.FAILED, failure);
      return;
    }
    if (!call.isAnswered() && !call.isCancelled()) {
      warn(call, "failed", cause);
    }
    fail(
        call,
        ToolCallStatus.FAILED,
        new ToolException("FAILED", "The tool '" + call.tool + "' failed.", false));
  }

  /** A message may hold what the redaction withholds. */
  void warn(PendingCall call, String what, @Nullable Throwable cause) {
    if (redactor.isIdle() || cause == null) {
      LOG.warn("execution {}: tool {} {}", executionId, call.tool, what, cause);
    } else {
      StackTraceElement[] trace = cause.getStackTrace();
      LOG.warn(
          "execution {}: tool {} {}: {} at {}; its message is withheld by the policy's redaction",
          executionId,
          call.tool,
          what,
          cause.getClass().getName(),
          trace.length == 0 ? "?" : trace[0]);
    }
  }

  void fail(PendingCall call, ToolCallStatus status, ToolException failure) {
    answer(call, status, CallReplies.error(call.id, failure));
  }

  /** Runs this when the call has had its time. */
  void arm(PendingCall call, Duration timeout, Runnable expired) {
    call.deadline(
        timeout,
        timers.schedule(() -> own.execute(expired), timeout.toNanos(), TimeUnit.NANOSECONDS));
  }

  /** What the embedder wants to be told runs apart from us: it may throw, and it may block. */
  void cancel(PendingCall call) {
    for (Runnable action : call.cancel()) {
      own.execute(
          () -> {
            try {
              action.run();
            } catch (Throwable e) { // as of a handler
              warn(call, "has an onCancel action that failed", e);
            }
          });
    }
  }

  /** The only place that answers; the first answer counts. */
  void answer(PendingCall call, ToolCallStatus status, byte[] reply) {
    synchronized (this) {
      if (closed || !call.claimAnswer()) {
        return;
      }
      telling++;
    }
    try {
      listener.ended(record(call, status, reply));
      listener.reply(reply);
    } finally {
      synchronized (this) {
        pending.remove(call);
        told();
      }
    }
  }

  /**
   * None begins or is answered from here on, those in flight are interrupted. Returns at once.
   * Idempotent.
   */
  void close() {
    List<PendingCall> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(pending);
    }
    open.forEach(this::cancel);
  }

  /**
   * After {@link #close()}: gives handlers in flight a second to end, then tells of all of them.
   */
  void settle() {
    long until = System.nanoTime() + SETTLE.toNanos();
    boolean interrupted = false;
    for (PendingCall call : unanswered(until)) {
      ToolCallStatus status = ToolCallStatus.CANCELLED;
      try {
        if (interrupted || !call.awaitEnd(until)) {
          status = ToolCallStatus.ABANDONED;
          LOG.warn("execution {}: tool {} ignores its interrupt", executionId, call.tool);
        }
      } catch (InterruptedException e) {
        interrupted = true;
        status = ToolCallStatus.ABANDONED;
      }
      if (call.claimAnswer()) {
        if (call.decide(
            ToolDecision.deny("CANCELLED", "the execution ended before it was decided", null))) {
          tellDecision(call);
        }
        listener.ended(record(call, status, null));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for what is just being told, so that listener and records have all of it in order. */
  private synchronized List<PendingCall> unanswered(long untilNanos) {
    try {
      for (long left = 1; telling > 0 && left > 0; ) {
        left = (untilNanos - System.nanoTime()) / 1_000_000;
        wait(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<PendingCall> open = pending.stream().filter(call -> !call.isAnswered()).toList();
    pending.clear();
    return open;
  }

  private static CallRecord record(
      PendingCall call, ToolCallStatus status, byte @Nullable [] reply) {
    return new CallRecord(
        new ToolCall(call.id, call.tool, status, call.age()),
        call.request,
        reply,
        call.arrived,
        call.decision());
  }
}
