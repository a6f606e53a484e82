package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.policy.Redactor;
import io.isoruntime.supervisor.policy.Ruling;
import io.isoruntime.supervisor.policy.ToolGate;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the tool calls of one execution: those that its policy lets through, in parallel up to a
 * bound, each with a deadline, each answered once, none after {@link #close()}. Thread-safe.
 */
public final class ToolDispatcher {
  /** Room for the envelope of a reply within a frame. */
  private static final int RESULT_CAP = Frame.MAX_LENGTH - 4096;

  private static final Logger LOG = LoggerFactory.getLogger(ToolDispatcher.class);

  private final String executionId;
  private final ToolRegistry registry;
  private final ToolPolicy policy;
  private final ToolGate gate;
  private final PendingCalls calls;
  private final Approvals approvals;
  private final int resultCap;
  private final ExecutionLimits limits;
  private final Map<String, Object> attributes;
  private final Executor handlers;
  private final CallListener listener;

  private final Map<PendingCall, Runnable> waiting = new LinkedHashMap<>();
  private int running;
  private long lastId;
  private long received;

  /**
   * Handlers run on {@code handlers}, which may be the embedder's and hang; all else that may take
   * a moment runs on {@code own}, and {@code timers} only hand over.
   */
  public ToolDispatcher(
      String executionId,
      ExecutionRequest request,
      Executor handlers,
      Executor own,
      ScheduledExecutorService timers,
      CallListener listener) {
    this.executionId = executionId;
    this.registry = request.tools();
    this.policy = request.policy();
    this.gate = new ToolGate(policy);
    this.resultCap = Math.min(RESULT_CAP, policy.maxResultBytes());
    this.limits = request.limits();
    this.attributes = request.attributes();
    this.handlers = handlers;
    this.listener = listener;
    Redactor redactor = new Redactor(policy.redaction());
    this.calls =
        new PendingCalls(executionId, redactor, limits.parallelToolCalls(), own, timers, listener);
    this.approvals = new Approvals(executionId, request, redactor, calls, handlers, listener);
  }

  /**
   * Takes a call; returns at once.
   *
   * @param payload what the program sent; anything
   * @throws IOException if it isn't even recognisable as a call
   */
  public void dispatch(byte[] payload) throws IOException {
    if (calls.isClosed()) {
      return;
    }
    CallEnvelope envelope = CallEnvelope.parse(payload);
    PendingCall call =
        new PendingCall(envelope.id(), envelope.tool(), payload, executionId, attributes);
    synchronized (this) {
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
      if (!calls.add(call)) {
        return;
      }
    }
    listener.started(call.id, call.tool);
    if (envelope.refusal() != null) {
      calls.deny(call, envelope.refusal(), "the call is not acceptable", null);
      return;
    }
    Tool<?, ?> tool = registry.find(call.tool).orElse(null);
    Ruling ruling = gate.rule(call.tool, tool, payload.length);
    if (tool == null || ruling.refusal() != null) {
      calls.deny(call, requireNonNull(ruling.refusal()), ruling.reason(), null);
    } else if (ruling.needsApproval()) {
      approvals.ask(call, tool, envelope.arguments(), this::run);
    } else {
      ObjectNode arguments = envelope.arguments();
      calls.decide(call, ToolDecision.allow());
      admit(call, () -> handle(call, tool, arguments), tool, false);
    }
  }

  /** Neither run nor recorded: what a program can do without end must cost the host nothing. */
  private void refuseExcess(long id) throws IOException {
    if (received > 2L * limits.toolCalls() + 100) {
      throw new IOException("it went on calling tools beyond the limit of " + limits.toolCalls());
    }
    listener.refused();
    listener.reply(
        CallReplies.error(
            id,
            new ToolException(
                "TOO_MANY_CALLS", "The limit of " + limits.toolCalls() + " calls.", false)));
  }

  private Duration timeout(Tool<?, ?> tool) {
    Duration timeout = tool.deadline().orElse(limits.toolCallTime());
    return policy.callTime().filter(most -> most.compareTo(timeout) < 0).orElse(timeout);
  }

  /**
   * Runs the call now, queues it, or says that there are too many. Nobody is asked in vain: what
   * was approved waits however many there are.
   */
  private void admit(PendingCall call, Runnable task, Tool<?, ?> tool, boolean approved) {
    calls.arm(call, timeout(tool), () -> expire(call));
    boolean now;
    synchronized (this) {
      boolean fits = approved || calls.hasRoom();
      now = fits && running < limits.parallelToolCalls();
      if (now) {
        running++;
      } else if (fits && (approved || waiting.size() < limits.parallelToolCalls())) {
        if (!call.isAnswered()) { // its time may have run out already
          waiting.put(call, task);
        }
        return;
      }
    }
    if (now) {
      submit(call, task);
    } else {
      calls.busy(call);
    }
  }

  private void submit(PendingCall call, Runnable task) {
    try {
      handlers.execute(task);
    } catch (RejectedExecutionException e) {
      release();
      calls.fail(
          call, ToolCallStatus.BUSY, new ToolException("BUSY", "The host is too busy.", true));
    }
  }

  /** Runs what was approved. */
  private <I> void run(PendingCall call, Tool<I, ?> tool, I input) {
    admit(call, () -> invoke(call, tool, input), tool, true);
  }

  private <I> void handle(PendingCall call, Tool<I, ?> tool, ObjectNode arguments) {
    I input = calls.bind(call, tool, arguments, () -> {});
    if (input == null) {
      release();
    } else {
      invoke(call, tool, input);
    }
  }

  private <I> void invoke(PendingCall call, Tool<I, ?> tool, I input) {
    CompletionStage<?> stage;
    try {
      if (!calls.begin(call)) {
        finish(call);
        return;
      }
      stage = requireNonNull(tool.function().call(input, call), "the tool gave no stage");
    } catch (Throwable e) { // an Error of one tool must not end the host's other work
      calls.fail(call, e);
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

  private void complete(PendingCall call, @Nullable Object value, @Nullable Throwable failure) {
    if (failure != null) {
      calls.fail(call, failure);
      return;
    }
    try {
      byte[] json =
          value instanceof RecordedResult recorded
              ? recorded.json()
              : ToolJson.encode(value, resultCap);
      calls.answer(call, ToolCallStatus.OK, CallReplies.ok(call.id, json));
    } catch (CappedBytes.TooLargeException e) {
      calls.fail(
          call,
          ToolCallStatus.FAILED,
          new ToolException(
              "RESULT_TOO_LARGE", "The result exceeds " + resultCap + " bytes.", false));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      calls.warn(call, "gave a result that is not JSON", e);
      calls.fail(
          call,
          ToolCallStatus.FAILED,
          new ToolException("FAILED", "The tool's result could not be sent.", false));
    }
  }

  private void finish(PendingCall call) {
    call.end();
    release();
  }

  private void expire(PendingCall call) {
    if (!call.isAnswered()) {
      calls.fail(
          call,
          ToolCallStatus.TIMED_OUT,
          new ToolException(
              "TIMED_OUT", "The tool '" + call.tool + "' did not answer in time.", true));
      synchronized (this) {
        waiting.remove(call); // what it holds counts no longer, so it must not be held
      }
      calls.cancel(call);
    }
  }

  private void release() {
    Runnable next;
    synchronized (this) {
      Iterator<Runnable> inTurn = waiting.values().iterator();
      if (calls.isClosed() || !inTurn.hasNext()) {
        running--;
        return;
      }
      next = inTurn.next();
      inTurn.remove();
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
    calls.close();
    synchronized (this) {
      waiting.clear();
    }
  }

  /**
   * After {@link #close()}: gives handlers in flight a second to end, then tells of all of them.
   */
  public void settle() {
    calls.settle();
  }
}
