package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.ledger.LedgerReport;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that call tools a thousand times and more; the guest's half is in test_guest.py. */
@Timeout(300)
class ManyCallsTest {
  @TempDir Path root;

  record Call(int id) {}

  private ExecutionResult run(CallingProgram program, ExecutionRequest.Builder request) {
    try (Runtime runtime =
        new SupervisedRuntime(
            new ScriptedBackend(program),
            new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0))) {
      return runtime.execute(request.build());
    }
  }

  @Test
  void eachOfTwoThousandCallsEightAtATimeGetsItsOwnAnswer() throws IOException {
    CallingProgram program = new CallingProgram("next", 2_000, 8);
    CyclicBarrier eight = new CyclicBarrier(8); // which then leave the tool in any order
    Tool<Call, Integer> next =
        Tool.of(
            "next",
            Call.class,
            Integer.class,
            call -> {
              eight.await(30, TimeUnit.SECONDS);
              return call.id() + 1;
            });

    ExecutionResult result =
        run(program, ExecutionRequest.python("pass").tools(ToolRegistry.of(next)));

    assertEquals(new Outcome.Completed(), result.outcome());
    assertEquals(
        IntStream.rangeClosed(1, 2_000)
            .mapToObj(id -> "{\"id\":" + id + ",\"ok\":" + (id + 1) + "}")
            .toList(),
        program.replies().values().stream().map(JsonNode::toString).toList());
    assertRecorded(2_000, result);
    assertTrue(
        result.toolCalls().stream().allMatch(call -> call.status() == ToolCallStatus.OK),
        () -> result.toolCalls().toString());
  }

  @Test
  void aThousandCallsTwentyAtATimeDoNotExceedTheirBudget() throws IOException {
    CallingProgram program = new CallingProgram("count", 1_000, 20);
    AtomicInteger ran = new AtomicInteger();
    Tool<Call, Integer> count =
        Tool.of("count", Call.class, Integer.class, call -> ran.incrementAndGet());

    ExecutionResult result =
        run(
            program,
            ExecutionRequest.python("pass")
                .tools(ToolRegistry.of(count))
                .policy(ToolPolicy.builder().maxCalls(100).build()));

    assertEquals(new Outcome.Completed(), result.outcome());
    List<String> codes =
        program.replies().values().stream()
            .map(reply -> reply.at("/error/code").asText("let through"))
            .toList();
    assertEquals(100, codes.stream().filter("let through"::equals).count());
    assertEquals(900, codes.stream().filter("OVER_BUDGET"::equals).count());
    assertEquals(100, ran.get());
    assertRecorded(1_000, result);
  }

  private static void assertRecorded(int calls, ExecutionResult result) throws IOException {
    assertEquals(calls, result.toolCalls().stream().map(ToolCall::id).distinct().count());
    LedgerReport ledger = LedgerVerifier.records(result.workspace().resolve("out"));
    assertTrue(ledger.isIntact(), () -> String.valueOf(ledger.fault()));
    assertEquals(calls, ledger.entries());
  }
}
