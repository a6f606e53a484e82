package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.ApprovalRequest;
import io.isoruntime.ExecutionListener;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerEntry;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRegistry;
import io.isoruntime.testkit.ToolReplay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class PolicyTest {
  @TempDir Path root;

  record Text(String text) {}

  record Payment(String to, int amount, String token) {}

  private final ToolRegistry tools =
      ToolRegistry.of(
          Tool.of("orders.search", Text.class, String.class, text -> "found " + text.text())
              .hinted(ToolHint.READ_ONLY),
          Tool.of("orders.delete", Text.class, String.class, text -> "gone"),
          Tool.of("payments.send", Payment.class, String.class, payment -> "sent"));

  // begin ask
  static ApprovalAnswer ask(ApprovalRequest call) {
    return call.arguments().get("amount") instanceof Long amount && amount <= 100
        ? ApprovalAnswer.approve("a small amount")
        : ApprovalAnswer.deny("More than 100 needs a person.");
  }

  // end ask

  @Test
  void policy() {
    // begin policy
    ToolPolicy policy =
        ToolPolicy.builder()
            .allow("orders.search", "payments.*") // no other; allow() alone denies all
            .maxCalls(1_000)
            .maxCalls("payments.*", 2)
            .callTime(Duration.ofSeconds(10))
            .maxCallBytes(64 * 1024)
            .approval(
                ToolApproval.by(PolicyTest::ask)
                    .of("payments.*")
                    .within(Duration.ofMinutes(10))
                    .uncounted(Duration.ofMinutes(30)))
            .redaction(ToolRedaction.ofKeys("token").andPointers("/arguments/card/number"))
            .build();
    // end policy
    String code =
        """
        # begin python
        from tools import ToolError, orders, payments

        def attempt(call, *arguments):
            try:
                return call(*arguments)
            except ToolError as error:
                return f"{error.code}: {error.message}"

        print(attempt(orders.delete, "all"))
        print(attempt(payments.send, "ann", 50, "secret"))
        print(attempt(payments.send, "ann", 500, "secret"))
        print(attempt(payments.send, "ann", 1, "secret"))
        # end python
        """;
    List<String> heads = new CopyOnWriteArrayList<>();
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      // begin listener
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python(code)
                  .tools(tools)
                  .policy(policy)
                  .listener(
                      new ExecutionListener() {
                        @Override
                        public void ended(LedgerEntry entry) {
                          heads.add(entry.digest()); // kept where no one else writes
                        }
                      })
                  .build());
      // end listener
      assertTrue(result.isCompleted(), () -> result + result.stderr().text());
      assertEquals(
          """
          DENIED: There is no tool 'orders.delete' here, or this program may not call it.
          sent
          NOT_APPROVED: The call of 'payments.send' was not approved: More than 100 needs a person.
          OVER_BUDGET: This program may make 2 calls of payments.*, and has.
          """,
          result.stdout().text());
      assertEquals(4, result.ledger().entries());
      assertEquals(result.ledger().head(), heads.get(3));
    }
  }

  @Test
  void replay() {
    String code = "from tools import orders\nprint(orders.search('Ann'))";
    Path recording = root.resolve("recording");
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      // begin record
      ExecutionResult result = runtime.execute(ExecutionRequest.python(code).tools(tools).build());
      ToolReplay.save(result, recording);
      // end record
      // begin replay
      ToolReplay replay = ToolReplay.of(recording);
      runtime.execute(ExecutionRequest.python(code).tools(replay.over(tools)).build());
      replay.assertFollowed();
      // end replay
    }
  }
}
