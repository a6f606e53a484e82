package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ApprovalRequest;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.ToolPolicy;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.policy.Redactor;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Has calls approved before they run. What is not approved is denied, whatever the reason; waiting
 * takes no turn of the calls that run, but is bounded by their number. Thread-safe.
 */
final class Approvals {
  private final String executionId;
  private final ToolPolicy policy;
  private final Redactor redactor;
  private final Map<String, Object> attributes;
  private final int most;
  private final PendingCalls calls;
  private final Executor handlers;
  private final CallListener listener;
  private int asking;

  /** What follows upon an approval. */
  interface Approved {
    <I> void run(PendingCall call, Tool<I, ?> tool, I input);
  }

  /** Approvers run on {@code handlers}, as they are the embedder's too. */
  Approvals(
      String executionId,
      ExecutionRequest request,
      Redactor redactor,
      PendingCalls calls,
      Executor handlers,
      CallListener listener) {
    this.executionId = executionId;
    this.policy = request.policy();
    this.redactor = redactor;
    this.attributes = request.attributes();
    this.most = request.limits().parallelToolCalls();
    this.calls = calls;
    this.handlers = handlers;
    this.listener = listener;
  }

  /** Asks for an approval, or says that too many wait for one. */
  <I> void ask(PendingCall call, Tool<I, ?> tool, ObjectNode arguments, Approved approved) {
    ToolApproval approval = policy.approval().orElseThrow();
    boolean fits;
    synchronized (this) {
      fits = calls.hasRoom() && asking < most;
      asking += fits ? 1 : 0;
    }
    if (!fits) {
      calls.busy(call);
      return;
    }
    Approving approving = new Approving(call, listener, this::asked);
    calls.arm(call, approval.within(), () -> refuse(approving, "No approval came in time.", true));
    call.onCancel(approving::end);
    try {
      handlers.execute(() -> ask(approving, approval, tool, arguments, approved));
    } catch (RejectedExecutionException e) {
      approving.leaveThread();
      approving.end();
      calls.busy(call);
    }
  }

  private synchronized void asked() {
    asking--;
  }

  private <I> void ask(
      Approving approving,
      ToolApproval approval,
      Tool<I, ?> tool,
      ObjectNode arguments,
      Approved approved) {
    PendingCall call = approving.call();
    byte[] shown = Json.bytes(arguments); // as sent: binding may change them
    Runnable unasked =
        () -> {
          approving.leaveThread();
          approving.end();
        };
    I input = calls.bind(call, tool, arguments, unasked); // nobody is asked about nonsense
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
          } else if (calls.decide(call, ToolDecision.approved(answer.reason(), call.age()))) {
            approving.end();
            approved.run(call, tool, input);
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
      Thread.interrupted(); // an interrupt meant for this call must not reach the next one
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
      calls.warn(call, "has no approval: its approver failed", failure);
    }
    refuse(approving, "Nobody could be asked.", false);
  }

  private void refuse(Approving approving, String why, boolean retryable) {
    PendingCall call = approving.call();
    ToolException refusal =
        new ToolException(
            "NOT_APPROVED", "The call of '" + call.tool + "' was not approved: " + why, retryable);
    approving.end(); // before the program goes on
    if (calls.deny(call, refusal, why, call.age())) {
      calls.cancel(call); // an approver that still works on it need not
    }
  }
}
