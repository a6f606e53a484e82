package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.AsyncToolApprover;
import io.isoruntime.DecidedCall;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionListener;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerEntry;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.ScriptedBackend.GoodFacts;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.ledger.LedgerReport;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How long an execution waits for listeners and approvers, on virtual time. */
@Timeout(300)
class PatienceTest {
  /** Longer than an execution may take with what it waits for. */
  private static final Duration END = Duration.ofSeconds(7);

  @TempDir Path root;

  private final Schedule schedule = new Schedule(7);
  private final VirtualTimers timers = new VirtualTimers(schedule, 0, 0, END.toNanos());
  private final AtomicBoolean over = new AtomicBoolean(); // the execution has its result
  private final AtomicInteger paid = new AtomicInteger();

  record Call(int id) {}

  private final Tool<Call, Integer> pay =
      Tool.of("pay", Call.class, Integer.class, call -> paid.incrementAndGet());

  private ExecutionResult run(Script program, ExecutionRequest.Builder request) {
    SupervisedRuntime runtime =
        new SupervisedRuntime(
            new SteppedBackend(schedule, number -> program),
            new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0),
            ScheduledThreads.of(schedule, timers));
    CompletableFuture<ExecutionResult> result = new CompletableFuture<>();
    schedule.spawn(
        "embedder",
        () -> {
          Execution execution = runtime.start(request.tools(ToolRegistry.of(pay)).build());
          execution.result().thenAccept(result::complete);
          Schedule.await("waits for the result", result::isDone);
          over.set(true);
          runtime.close();
        });
    schedule.run();
    return result.join();
  }

  @Test
  void aListenerThatFailsOrStandsStillHarmsNothing() throws IOException {
    CallingProgram program = new CallingProgram("pay", 100, 1);
    AtomicInteger decided = new AtomicInteger();
    ExecutionListener listener =
        new ExecutionListener() {
          @Override
          public void decided(DecidedCall call) {
            decided.incrementAndGet();
            throw new StackOverflowError();
          }

          @Override
          public void ended(LedgerEntry entry) {
            Schedule.await("stands still", over::get);
          }
        };

    ExecutionResult result = run(program, ExecutionRequest.python("pass").listener(listener));

    assertEquals(new Outcome.Completed(), result.outcome());
    assertEquals(100, program.replies().size());
    assertEquals(100, paid.get());
    assertTrue(decided.get() > 0);
    assertEquals(
        List.of("The listener was too slow to be told of all tool calls; the ledger has them."),
        result.notes());
    LedgerReport ledger = LedgerVerifier.records(result.workspace().resolve("out"));
    assertTrue(ledger.isIntact(), () -> String.valueOf(ledger.fault()));
    assertEquals(100, ledger.entries());
  }

  @Test
  void anApprovalMayTakeLongerThanTheProgramWhereItDoesNotCount() {
    AtomicLong livesAtMost = new AtomicLong();
    Script program =
        init -> {
          init.hello();
          init.send(FrameType.ATTEST, GoodFacts.JSON);
          livesAtMost.set(
              Json.parseObject(init.await(FrameType.RUN)).get("deadlineMillis").longValue());
          init.send(FrameType.STARTED, "");
          init.send(FrameType.CALL, "{\"id\":1,\"tool\":\"pay\",\"args\":{\"id\":1}}");
          init.await(FrameType.REPLY);
          init.end();
        };
    AsyncToolApprover slow =
        call -> {
          CompletableFuture<ApprovalAnswer> answer = new CompletableFuture<>();
          var unused =
              timers.schedule(
                  () -> {
                    answer.complete(ApprovalAnswer.approve());
                  },
                  1_500,
                  TimeUnit.MILLISECONDS);
          return answer;
        };

    ExecutionResult result =
        run(
            program,
            ExecutionRequest.python("pass")
                .timeout(Duration.ofSeconds(1))
                .policy(policy(ToolApproval.byAsync(slow).uncounted(Duration.ofSeconds(30)))));

    assertEquals(new Outcome.Completed(), result.outcome());
    assertEquals(1, paid.get());
    assertEquals(31_000, livesAtMost.get(), "init would end it before");
  }

  @Test
  void anApprovalThatCountsDoesNotOutliveTheProgramAndRunsNothing() {
    CompletableFuture<ApprovalAnswer> never = new CompletableFuture<>();
    Script program =
        init -> {
          init.start();
          init.send(FrameType.CALL, "{\"id\":1,\"tool\":\"pay\",\"args\":{\"id\":1}}");
          init.await(FrameType.KILL);
          init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
          init.collected();
        };

    ExecutionResult result =
        run(
            program,
            ExecutionRequest.python("pass")
                .timeout(Duration.ofSeconds(1))
                .policy(policy(ToolApproval.byAsync(call -> never))));

    assertInstanceOf(Outcome.TimedOut.class, result.outcome());
    assertTrue(never.isCancelled()); // so the approver learns that nobody waits any more
    assertEquals(0, paid.get());
    assertEquals(
        List.of(ToolCallStatus.CANCELLED),
        result.toolCalls().stream().map(ToolCall::status).toList());
  }

  private static ToolPolicy policy(ToolApproval approval) {
    return ToolPolicy.builder().approval(approval).build();
  }
}
