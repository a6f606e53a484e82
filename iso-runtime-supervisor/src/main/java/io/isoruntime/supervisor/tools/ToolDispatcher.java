package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ApprovalRequest;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.policy.Redactor;
import io.isoruntime.supervisor.policy.Ruling;
import io.isoruntime.supervisor.policy.ToolGate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  /** Arguments of all calls that are not answered yet: a tree of them is larger still. */
  private static final long PENDING_BYTES = 16 * 1024 * 1024;

  private static final Duration SETTLE = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(ToolDispatcher.class);

  private final String executionId;
  private final ToolRegistry registry;
  private final ToolPolicy policy;
  private final ToolGate gate;
  private final Redactor redactor;
  private final int resultCap;
  private final ExecutionLimits limits;
  private final Map<String, Object> attributes;
  private final Executor handlers;
  private final Executor own;
  private final ScheduledExecutorService timers;
  private final CallListener listener;

  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Set<PendingCall> pending = new LinkedHashSet<>();
  private int running;
  private int asking;
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
      ExecutionRequest request,
      Executor handlers,
      Executor own,
      ScheduledExecutorService timers,
      CallListener listener) {
    this.executionId = executionId;
    this.registry = request.tools();
    this.policy = request.policy();
    this.gate = new ToolGate(policy);
    this.redactor = new Redactor(policy.redaction());
    this.resultCap = Math.min(RESULT_CAP, policy.maxResultBytes());
    this.limits = request.limits();
    this.attributes = request.attributes();
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
      deny(call, envelope.refusal(), "the call is not acceptable", null);
      return;
    }
    Tool<?, ?> tool = registry.find(call.tool).orElse(null);
    Ruling ruling = gate.rule(call.tool, tool, payload.length);
    if (tool == null || ruling.refusal() != null) {
      deny(call, requireNonNull(ruling.refusal()), ruling.reason(), null);
    } else if (ruling.needsApproval()) {
      ask(call, tool, envelope.arguments());
    } else {
      ObjectNode arguments = envelope.arguments();
      allow(call, ToolDecision.allow());
      admit(call, () -> handle(call, tool, arguments), tool);
    }
  }

  private synchronized boolean isOver() {
    return closed;
  }

  /** Neither run nor recorded: what a program can do without end must cost the host nothing. */
  private void refuseExcess(long id) throws IOException {
    if (received > 2L * limits.toolCalls() + 100) {
      throw new IOException("it went on calling tools beyond the limit of " + limits.toolCalls());
    }
    listener.refused();
    listener.reply(
        error(
            id,
            new ToolException(
                "TOO_MANY_CALLS", "The limit of " + limits.toolCalls() + " calls.", false)));
  }

  private boolean allow(PendingCall call, ToolDecision decision) {
    if (!call.decide(decision)) {
      return false;
    }
    tellDecision(call);
    return true;
  }

  /** Does nothing if something was decided before, and says so. */
  private boolean deny(
      PendingCall call, ToolException refusal, String reason, @Nullable Duration waited) {
    if (!call.decide(ToolDecision.deny(refusal.code(), reason, waited))) {
      return false;
    }
    tellDecision(call);
    fail(call, ToolCallStatus.DENIED, refusal);
    return true;
  }

  private void tellDecision(PendingCall call) {
    listener.decided(
        new DecidedRequest(call.id, call.tool, call.request, call.decision(), Instant.now()));
  }

  /** Asks for an approval, which takes no turn of the calls that run; or says that too many do. */
  private <I> void ask(PendingCall call, Tool<I, ?> tool, ObjectNode arguments) {
    ToolApproval approval = policy.approval().orElseThrow();
    boolean fits;
    synchronized (this) {
      fits = pendingBytes() <= PENDING_BYTES && asking < limits.parallelToolCalls();
      asking += fits ? 1 : 0;
    }
    if (!fits) {
      busy(call);
      return;
    }
    Approving approving = new Approving(call, listener, this::asked);
    arm(call, approval.within(), () -> refuse(approving, "No approval came in time.", true));
    call.onCancel(approving::end);
    try {
      handlers.execute(() -> ask(approving, approval, tool, arguments));
    } catch (RejectedExecutionException e) {
      approving.leaveThread();
      approving.end();
      busy(call);
    }
  }

  private synchronized void asked() {
    asking--;
  }

  private <I> void ask(
      Approving approving, ToolApproval approval, Tool<I, ?> tool, ObjectNode arguments) {
    PendingCall call = approving.call();
    byte[] shown = Json.bytes(arguments); // as sent: binding may change them
    Runnable unasked =
        () -> {
          approving.leaveThread();
          approving.end();
        };
    I input = bound(call, tool, arguments, unasked); // nobody is asked about nonsense
    if (input == null) {
      return;
    } else if (!call.beginAsking()) {
      unasked.run();
      return;
    }
    CompletionStage<ApprovalAnswer> stage = answerOf(approving, approval, tool, shown);
    call.onCancel(() -> stage.toCompletableFuture().cancel(true));
    stage.whenComplete(
        (answer, failure) -> {
          if (failure != null || answer == null) {
            disapproved(approving, failure);
          } else if (!answer.approved()) {
            refuse(approving, answer.reason(), false);
          } else if (allow(call, ToolDecision.approved(answer.reason(), call.age()))) {
            approving.end();
            admit(call, () -> invoke(call, tool, input), tool);
          }
        });
  }

  /** What the approver says on this thread, which it has left then. */
  private CompletionStage<ApprovalAnswer> answerOf(
      Approving approving, ToolApproval approval, Tool<?, ?> tool, byte[] shown) {
    PendingCall call = approving.call();
    try {
      return requireNonNull(
          approval.approver().decide(approvalRequest(call, tool, shown)), "no stage");
    } catch (Throwable e) { // an Error of the embedder's is no approval either
      return CompletableFuture.failedFuture(e);
    } finally {
      call.leaveThread();
      Thread.interrupted(); // as below
      approving.leaveThread();
    }
  }

  private ApprovalRequest approvalRequest(PendingCall call, Tool<?, ?> tool, byte[] arguments)
      throws IOException {
    Object plain = Json.plain(arguments);
    Object shown = redactor.redact(call.tool, "arguments", plain);
    return new ApprovalRequest(
        executionId, call.id, tool, Json.asObject(plain), Json.asObject(shown), attributes);
  }

  private void disapproved(Approving approving, @Nullable Throwable failure) {
    PendingCall call = approving.call();
    if (!call.isAnswered() && !call.isCancelled()) {
      warn(call, "has no approval: its approver failed", failure);
    }
    refuse(approving, "Nobody could be asked.", false);
  }

  private void refuse(Approving approving, String why, boolean retryable) {
    PendingCall call = approving.call();
    ToolException refusal =
        new ToolException(
            "NOT_APPROVED", "The call of '" + call.tool + "' was not approved: " + why, retryable);
    approving.end(); // before the program goes on
    if (deny(call, refusal, why, call.age())) {
      cancel(call); // an approver that still works on it need not
    }
  }

  private void arm(PendingCall call, Duration timeout, Runnable expired) {
    call.deadline(
        timeout,
        timers.schedule(() -> own.execute(expired), timeout.toNanos(), TimeUnit.NANOSECONDS));
  }

  private Duration timeout(Tool<?, ?> tool) {
    Duration timeout = tool.deadline().orElse(limits.toolCallTime());
    return policy.callTime().filter(most -> most.compareTo(timeout) < 0).orElse(timeout);
  }

  /** Runs the call now, queues it, or says that there are too many. */
  private void admit(PendingCall call, Runnable task, Tool<?, ?> tool) {
    arm(call, timeout(tool), () -> expire(call));
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
      busy(call);
    }
  }

  private void busy(PendingCall call) {
    ToolException busy =
        new ToolException(
            "BUSY",
            "More than "
                + 2 * limits.parallelToolCalls()
                + " tool calls, or "
                + PENDING_BYTES
                + " bytes of arguments, at once.",
            true);
    if (call.decide(ToolDecision.deny("BUSY", "too many calls at once", null))) {
      tellDecision(call);
    }
    fail(call, ToolCallStatus.BUSY, busy);
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
    I input = bound(call, tool, arguments, () -> {});
    if (input == null) {
      release();
    } else {
      invoke(call, tool, input);
    }
  }

  /** The tool's arguments; {@code null} if they don't fit, and the program is told. */
  private <I> @Nullable I bound(
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
      allow(call, ToolDecision.allow()); // if nothing is decided: it is the tool that failed
      fail(call, e);
    }
    return null;
  }

  private <I> void invoke(PendingCall call, Tool<I, ?> tool, I input) {
    CompletionStage<?> stage;
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
      byte[] json =
          value instanceof RecordedResult recorded
              ? recorded.json()
              : ToolJson.encode(value, resultCap);
      answer(call, ToolCallStatus.OK, ok(call.id, json));
    } catch (CappedBytes.TooLargeException e) {
      fail(
          call,
          ToolCallStatus.FAILED,
          new ToolException(
              "RESULT_TOO_LARGE", "The result exceeds " + resultCap + " bytes.", false));
    } catch (IOException | RuntimeException | StackOverflowError e) {
      warn(call, "gave a result that is not JSON", e);
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
      warn(call, "failed", cause);
    }
    // Neither message nor stack trace: they may tell of the host what the program must not know.
    fail(call, ToolCallStatus.FAILED, new ToolException("FAILED", "The tool failed.", false));
  }

  /** A message may hold what the redaction withholds. */
  private void warn(PendingCall call, String what, @Nullable Throwable cause) {
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
            } catch (Throwable e) { // as of a handler
              warn(call, "has an onCancel action that failed", e);
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
    return new CallRecord(
        new ToolCall(call.id, call.tool, status, call.age()),
        call.request,
        reply,
        call.arrived,
        call.decision());
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
