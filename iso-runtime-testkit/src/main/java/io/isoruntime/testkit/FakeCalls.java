package io.isoruntime.testkit;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ApprovalRequest;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.LedgerSummary;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.ledger.LedgerChain;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.policy.Ruling;
import io.isoruntime.supervisor.policy.ToolGate;
import io.isoruntime.supervisor.tools.CallRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The tool calls of one fake execution. */
final class FakeCalls {
  private final FakeExecution execution;
  private final ExecutionRequest request;
  private final FakeWorkspace workspace;
  private final ToolGate gate;
  private final LedgerEntries entries;
  private final LedgerChain ledger;
  private final List<ToolCall> calls = new ArrayList<>();
  private long lastId;

  FakeCalls(FakeExecution execution, ExecutionRequest request, FakeWorkspace workspace) {
    this.execution = execution;
    this.request = request;
    this.workspace = workspace;
    this.gate = new ToolGate(request.policy());
    this.entries = new LedgerEntries(execution.id(), request.policy().redaction());
    this.ledger = new LedgerChain(execution.id());
  }

  synchronized List<ToolCall> calls() {
    return List.copyOf(calls);
  }

  synchronized LedgerSummary ledger() {
    return new LedgerSummary(ledger.entries(), 0, ledger.head());
  }

  @Nullable Object call(String name, Object arguments) {
    long id = nextId();
    long begin = System.nanoTime();
    Tool<?, ?> tool = request.tools().find(name).orElse(null);
    Ruling ruling = gate.rule(name, tool, 0);
    if (tool == null || ruling.refusal() != null) {
      throw denied(id, name, ruling.refusal(), ruling.reason(), begin);
    }
    if (!tool.inputType().isInstance(arguments)) {
      throw denied(
          id,
          name,
          new ToolException("INVALID_ARGUMENT", name + ": the arguments do not fit.", false),
          "the arguments do not fit",
          begin);
    }
    if (ruling.needsApproval()) {
      ApprovalAnswer answer = ask(tool, arguments, id);
      if (!answer.approved()) {
        throw denied(
            id,
            name,
            new ToolException(
                "NOT_APPROVED",
                "The call of '" + name + "' was not approved: " + answer.reason(),
                false),
            answer.reason(),
            begin);
      }
    }
    execution.publish(new ExecutionEvent.ToolStarted(id, name));
    ToolCallStatus status = ToolCallStatus.FAILED;
    try {
      Object answer = handle(tool, arguments, id);
      status = ToolCallStatus.OK;
      return answer;
    } catch (ToolException e) {
      throw e;
    } catch (InterruptedException | CancellationException e) {
      status = ToolCallStatus.CANCELLED;
      throw new CancellationException("The execution ended during the call.");
    } catch (TimeoutException e) {
      status = ToolCallStatus.TIMED_OUT;
      throw new ToolException("TIMED_OUT", "The tool '" + name + "' did not answer in time.", true);
    } catch (Exception e) {
      throw new ToolException("FAILED", "The tool '" + name + "' failed.", false);
    } finally {
      end(
          id,
          name,
          execution.isDecided() ? ToolCallStatus.CANCELLED : status,
          ToolDecision.allow(),
          begin);
    }
  }

  private ToolException denied(
      long id, String name, @Nullable ToolException refusal, String reason, long begin) {
    ToolException told =
        refusal == null ? new ToolException("DENIED", "There is no such tool.", false) : refusal;
    end(id, name, ToolCallStatus.DENIED, ToolDecision.deny(told.code(), reason, null), begin);
    return told;
  }

  /** The approver sees no arguments here: those of a fake are Java's. */
  private ApprovalAnswer ask(Tool<?, ?> tool, Object arguments, long id) {
    ToolApproval approval = request.policy().approval().orElseThrow();
    Map<String, @Nullable Object> shown = Map.of("arguments", String.valueOf(arguments));
    try {
      ApprovalAnswer answer =
          approval
              .approver()
              .decide(
                  new ApprovalRequest(execution.id(), id, tool, shown, shown, request.attributes()))
              .toCompletableFuture()
              .get(approval.within().toNanos(), TimeUnit.NANOSECONDS);
      return answer == null ? ApprovalAnswer.deny("Nobody could be asked.") : answer;
    } catch (Exception e) {
      return ApprovalAnswer.deny("Nobody could be asked.");
    }
  }

  private <I> @Nullable Object handle(Tool<I, ?> tool, Object arguments, long id) throws Exception {
    Duration deadline = tool.deadline().orElse(request.limits().toolCallTime());
    FakeToolContext context =
        new FakeToolContext(execution, id, System.nanoTime() + deadline.toNanos(), request);
    try {
      return tool.function()
          .call(tool.inputType().cast(arguments), context)
          .toCompletableFuture()
          .get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private synchronized long nextId() {
    return ++lastId;
  }

  private synchronized void end(
      long id, String tool, ToolCallStatus status, ToolDecision decision, long begin) {
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    ToolCall call = new ToolCall(id, tool, status, took);
    calls.add(call);
    LedgerChain.Link link =
        ledger.next(
            entries.body(
                new CallRecord(call, new byte[0], null, Instant.now().minus(took), decision),
                false));
    workspace.write("out/calls/" + LedgerChain.fileName(link.sequence(), tool), link.bytes());
    ledger.take(link);
    execution.publish(new ExecutionEvent.ToolEnded(id, tool, status, took));
  }
}
