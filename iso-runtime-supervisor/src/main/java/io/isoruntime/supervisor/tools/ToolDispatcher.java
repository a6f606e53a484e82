package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the tool calls of one execution: in parallel up to a bound, each with a deadline, each
 * answered once, none after {@link #close()}. Thread-safe.
 */
public final class ToolDispatcher {
  /** Room for the envelope of a reply within a frame. */
  private static final int RESULT_CAP = Frame.MAX_LENGTH - 4096;

  /** Arguments of all calls that are not answered yet: a tree of them is larger still. */
  private static final long PENDING_BYTES = 16 * 1024 * 1024;

  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(ToolDispatcher.class);

  private final String executionId;
  private final ToolRegistry registry;
  private final ExecutionLimits limits;
  private final Map<String, Object> attributes;
  private final Executor handlers;
  private final Executor own;
  private final ScheduledExecutorService timers;
  private final CallListener listener;

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Set<PendingCall> pending = new LinkedHashSet<>();
  private int running;
  private int answering;
  private long lastId;
  private long received;
  private boolean closed;

  /**
   * Handlers run on {@code handlers}, which may be the embedder's and hang; all else that may take
   * a moment runs on {@code own}, and {@code timers} only hand over.
   */
  public ToolDispatcher(
      String executionId,
      ToolRegistry registry,
      ExecutionLimits limits,
      Map<String, Object> attributes,
      Executor handlers,
      Executor own,
      ScheduledExecutorService timers,
      CallListener listener) {
    this.executionId = executionId;
    this.registry = registry;
    this.limits = limits;
    this.attributes = attributes;
    this.handlers = handlers;
    this.own = own;
    this.timers = timers;
    this.listener = listener;
  }

  /**
   * Takes a call; returns at once.
   *
   * @param payload what the program sent; anything
   * @throws IOException if it isn't even recognisable as a call
   */
  public void dispatch(byte[] payload) throws IOException {
    if (isOver()) {
      return;
    }
    CallEnvelope envelope = CallEnvelope.parse(payload);
    PendingCall call =
        new PendingCall(envelope.id(), envelope.tool(), payload, executionId, attributes);
    synchronized (this) {
      if (closed) {
        return;
      }
      received++;
      if (received > limits.toolCalls()) {
        refuseExcess(envelope.id());
        return;
      }
      boolean replayed = envelope.id() <= lastId;
      lastId = Math.max(lastId, envelope.id());
      if (replayed) {
        envelope = envelope.refused("REPLAYED", "The call " + envelope.id() + " was made before.");
      }
      pending.add(call);
    }
    listener.started(call.id, call.tool);
    if (envelope.refusal() != null) {
      fail(call, ToolCallStatus.DENIED, envelope.refusal());
      return;
    }
    Optional<Tool<?, ?>> tool = registry.find(call.tool);
    if (tool.isEmpty()) {
      fail(
          call,
          ToolCallStatus.DENIED,
          new ToolException("DENIED", "There is no tool '" + call.tool + "' here.", false));
      return;
    }
    CallEnvelope accepted = envelope;
    admit(call, () -> handle(call, tool.get(), accepted.arguments()), tool.get());
  }

  private synchronized boolean isOver() {
    return closed;
  }

  /** Neither run nor recorded: what a program can do without end must cost the host nothing. */
  private void refuseExcess(long id) throws IOException {
    if (received > 2L * limits.toolCalls() + 100) {
      throw new IOException("it went on calling tools beyond the limit of " + limits.toolCalls());
    }
    listener.reply(
        error(
            id,
            new ToolException(
                "TOO_MANY_CALLS", "The limit of " + limits.toolCalls() + " calls.", false)));
  }

  /** Runs the call now, queues it, or says that there are too many. */
  private void admit(PendingCall call, Runnable task, Tool<?, ?> tool) {
    Duration timeout = tool.deadline().orElse(limits.toolCallTime());
    Future<?> timer =
        timers.schedule(
            () -> own.execute(() -> expire(call)), timeout.toNanos(), TimeUnit.NANOSECONDS);
    call.deadline(timeout, timer);
    boolean now;
    synchronized (this) {
      boolean fits = pendingBytes() <= PENDING_BYTES;
      now = fits && running < limits.parallelToolCalls();
      if (now) {
        running++;
      } else if (fits && waiting.size() < limits.parallelToolCalls()) {
        waiting.add(task);
        return;
      }
    }
    if (now) {
      submit(call, task);
    } else {
      fail(
          call,
          ToolCallStatus.BUSY,
          new ToolException(
              "BUSY",
              "More than "
                  + 2 * limits.parallelToolCalls()
                  + " tool calls, or "
                  + PENDING_BYTES
                  + " bytes of arguments, at once.",
              true));
    }
  }

  private long pendingBytes() {
    return pending.stream().mapToLong(call -> call.request.length).sum();
  }

  private void submit(PendingCall call, Runnable task) {
    try {
      handlers.execute(task);
    } catch (RejectedExecutionException e) {
      release();
      fail(call, ToolCallStatus.BUSY, new ToolException("BUSY", "The host is too busy.", true));
    }
  }

  private <I> void handle(PendingCall call, Tool<I, ?> tool, ObjectNode arguments) {
    CompletionStage<?> stage;
    I input;
    try {
      input = ToolJson.bind(tool, arguments);
    } catch (ToolJson.Misfit e) {
      fail(call, ToolCallStatus.DENIED, e.failure());
      release();
      return;
    } catch (Throwable e) { // the record's own constructor, or a type that can't be bound
      fail(call, e);
      release();
      return;
    }
    try {
      if (!begin(call)) {
        finish(call);
        return;
      }
      stage = requireNonNull(tool.function().call(input, call), "the tool gave no stage");
    } catch (Throwable e) { // an Error of one tool must not end the host's other work
      fail(call, e);
      finish(call);
      return;
    } finally {
      call.leaveThread();
      Thread.interrupted(); // an interrupt meant for this call must not reach the next one
    }
    call.onCancel(() -> stage.toCompletableFuture().cancel(true));
    stage.whenComplete(
        (value, failure) -> {
          try {
            complete(call, value, failure);
          } finally {
            finish(call);
          }
        });
  }

  /** None begins once we are closed, even if its own turn to be cancelled is yet to come. */
  private synchronized boolean begin(PendingCall call) {
    return !closed && call.begin();
  }

  private void complete(PendingCall call, @Nullable Object value, @Nullable Throwable failure) {
    if (failure != null) {
      fail(call, failure);
      return;
    }
    try {
      answer(call, ToolCallStatus.OK, ok(call.id, ToolJson.encode(value, RESULT_CAP)));
    } catch (CappedBytes.TooLargeException e) {
      fail(
          call,
          ToolCallStatus.FAILED,
          new ToolException(
              "RESULT_TOO_LARGE", "The result exceeds " + RESULT_CAP + " bytes.", false));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      LOG.warn("execution {}: the result of tool {} is not JSON", executionId, call.tool, e);
      fail(
          call,
          ToolCallStatus.FAILED,
          new ToolException("FAILED", "The tool's result could not be sent.", false));
    }
  }

  private void finish(PendingCall call) {
    call.end();
    release();
  }

  private void fail(PendingCall call, Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof ToolException failure) {
      fail(call, ToolCallStatus.FAILED, failure);
      return;
    }
    if (!call.isAnswered() && !call.isCancelled()) {
      LOG.warn("execution {}: tool {} failed", executionId, call.tool, cause);
    }
    // Neither message nor stack trace: they may tell of the host what the program must not know.
    fail(call, ToolCallStatus.FAILED, new ToolException("FAILED", "The tool failed.", false));
  }

  private void fail(PendingCall call, ToolCallStatus status, ToolException failure) {
    answer(call, status, error(call.id, failure));
  }

  private void expire(PendingCall call) {
    if (!call.isAnswered()) {
      fail(
          call,
          ToolCallStatus.TIMED_OUT,
          new ToolException("TIMED_OUT", "The tool did not answer in time.", true));
      cancel(call);
    }
  }

  /** What the embedder wants to be told runs apart from us: it may throw, and it may block. */
  private void cancel(PendingCall call) {
    for (Runnable action : call.cancel()) {
      own.execute(
          () -> {
            try {
              action.run();
            } catch (RuntimeException e) {
              LOG.warn("execution {}: an onCancel action of {} failed", executionId, call.tool, e);
            }
          });
    }
  }

  /** The only place that answers; the first answer counts. */
  private void answer(PendingCall call, ToolCallStatus status, byte[] reply) {
    synchronized (this) {
      if (closed || !call.claimAnswer()) {
        return;
      }
      answering++;
    }
    try {
      listener.ended(record(call, status, reply));
      listener.reply(reply);
    } finally {
      synchronized (this) {
        pending.remove(call);
        answering--;
        notifyAll();
      }
    }
  }

  private void release() {
    Runnable next;
    synchronized (this) {
      next = closed ? null : waiting.poll();
      if (next == null) {
        running--;
        return;
      }
    }
    try {
      handlers.execute(next);
    } catch (RejectedExecutionException e) {
      LOG.warn("execution {}: the tool executor rejects a waiting call", executionId, e);
      release(); // the call's deadline answers it
    }
  }

  /**
   * Ends tool calls: none starts or answers from here on, those in flight are interrupted. Returns
   * at once. Idempotent.
   */
  public void close() {
    List<PendingCall> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      waiting.clear();
      open = List.copyOf(pending);
    }
    open.forEach(this::cancel);
  }

  /**
   * After {@link #close()}: gives handlers in flight a second to end, then tells of all of them.
   */
  public void settle() {
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
        listener.ended(record(call, status, null));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the answers that are just being given, so that their records are complete. */
  private synchronized List<PendingCall> unanswered(long untilNanos) {
    try {
      for (long left = 1; answering > 0 && left > 0; ) {
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
    Duration took = Duration.ofNanos(System.nanoTime() - call.arrivedNanos);
    return new CallRecord(
        new ToolCall(call.id, call.tool, status, took), call.request, reply, call.arrived);
  }

  private static byte[] ok(long id, byte[] json) {
    byte[] head = ("{\"id\":" + id + ",\"ok\":").getBytes(StandardCharsets.US_ASCII);
    byte[] reply = new byte[head.length + json.length + 1];
    System.arraycopy(head, 0, reply, 0, head.length);
    System.arraycopy(json, 0, reply, head.length, json.length);
    reply[reply.length - 1] = '}';
    return reply;
  }

  private static byte[] error(long id, ToolException failure) {
    return Json.bytes(
        Json.object(
            "id",
            id,
            "error",
            Json.object(
                "code", failure.code(),
                "message", failure.getMessage(),
                "retryable", failure.retryable())));
  }
}
