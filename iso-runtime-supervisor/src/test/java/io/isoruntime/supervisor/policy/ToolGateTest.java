package io.isoruntime.supervisor.policy;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ApprovalAnswer;
import io.isoruntime.Tool;
import io.isoruntime.ToolApproval;
import io.isoruntime.ToolException;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolPolicy;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ToolGateTest {
  record None() {}

  private static final Tool<?, ?> SEARCH = tool("orders.search").hinted(ToolHint.READ_ONLY);
  private static final Tool<?, ?> BUY = tool("orders.buy");
  private static final Tool<?, ?> SEND = tool("mail.send");

  private static Tool<None, String> tool(String name) {
    return Tool.of(name, None.class, String.class, none -> "");
  }

  private static @Nullable String code(ToolGate gate, Tool<?, ?> tool) {
    ToolException refusal = gate.rule(tool.name(), tool, 100).refusal();
    return refusal == null ? null : refusal.code();
  }

  @Test
  void withoutAPolicyEverythingIsLetThrough() {
    ToolGate gate = new ToolGate(ToolPolicy.unrestricted());
    for (int i = 0; i < 1_000; i++) {
      assertNull(code(gate, BUY));
    }
    assertFalse(gate.rule("orders.buy", BUY, 100).needsApproval());
  }

  @Test
  void anEmptyListDeniesAll() {
    assertEquals("DENIED", code(new ToolGate(ToolPolicy.builder().allow().build()), SEARCH));
  }

  @Test
  void aListAllowsNamesAndNamespacesAndNothingLikeThem() {
    ToolGate gate = new ToolGate(ToolPolicy.builder().allow("orders.*").allow("mail").build());
    assertNull(code(gate, SEARCH));
    assertNull(code(gate, BUY));
    assertEquals("DENIED", code(gate, SEND));
    assertEquals("DENIED", code(gate, tool("orders")));
    assertEquals("DENIED", code(gate, tool("ordersx.buy")));
    assertEquals("DENIED", code(gate, tool("Orders.buy")));
  }

  /** Else a program could find out what there is. */
  @Test
  void whatIsNotAllowedLooksLikeWhatDoesNotExist() {
    ToolGate gate = new ToolGate(ToolPolicy.builder().allow("orders.*").build());
    Ruling denied = gate.rule("mail.send", SEND, 100);
    Ruling unknown = gate.rule("mail.send", null, 100);
    assertEquals(told(denied), told(unknown));
    assertEquals("the policy does not allow it", denied.reason());
    assertEquals("there is no such tool", unknown.reason());
  }

  private static String told(Ruling ruling) {
    ToolException refusal = requireNonNull(ruling.refusal());
    return refusal.code() + ": " + refusal.getMessage() + refusal.retryable();
  }

  @Test
  void aReaderChangesNothing() {
    ToolGate gate = new ToolGate(ToolPolicy.builder().readOnly().build());
    assertNull(code(gate, SEARCH));
    assertEquals("DENIED", code(gate, BUY));
  }

  @Test
  void eachBudgetCountsWhatItMatchesAndOnlyWhatIsLetThrough() {
    ToolGate gate =
        new ToolGate(
            ToolPolicy.builder()
                .maxCalls(4)
                .maxCalls("orders.*", 2)
                .maxCalls("mail.send", 0)
                .build());
    assertEquals("OVER_BUDGET", code(gate, SEND));
    assertNull(code(gate, BUY));
    assertNull(code(gate, SEARCH));
    assertEquals(
        "OVER_BUDGET: This program may make 2 calls of orders.*, and has.false",
        told(gate.rule("orders.buy", BUY, 100)));
    assertNull(code(gate, tool("other")));
    assertNull(code(gate, tool("other")));
    assertEquals("OVER_BUDGET", code(gate, tool("other")));
  }

  @Test
  void rulingsOnEightThreadsDoNotExceedTheBudget() throws Exception {
    ToolGate gate = new ToolGate(ToolPolicy.builder().maxCalls(40_000).build());
    Callable<Long> caller =
        () -> IntStream.range(0, 10_000).filter(i -> code(gate, BUY) == null).count();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    try {
      long letThrough = 0;
      for (Future<Long> each : callers.invokeAll(Collections.nCopies(8, caller))) {
        letThrough += each.get();
      }
      assertEquals(40_000, letThrough);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void aCallThatIsTooLargeCostsNoBudget() {
    ToolGate gate = new ToolGate(ToolPolicy.builder().maxCallBytes(100).maxCalls(1).build());
    assertEquals(
        "ARGUMENTS_TOO_LARGE", requireNonNull(gate.rule("orders.buy", BUY, 101).refusal()).code());
    assertNull(code(gate, BUY));
  }

  @Test
  void anApprovalIsNeededWhereSomethingMayChangeOrAsThePatternsSay() {
    ToolApproval approval = ToolApproval.by(call -> ApprovalAnswer.approve());
    ToolGate byHint = new ToolGate(ToolPolicy.builder().approval(approval).build());
    assertFalse(byHint.rule("orders.search", SEARCH, 1).needsApproval());
    assertTrue(byHint.rule("orders.buy", BUY, 1).needsApproval());
    ToolGate byName =
        new ToolGate(ToolPolicy.builder().approval(approval.of("orders.search")).build());
    assertTrue(byName.rule("orders.search", SEARCH, 1).needsApproval());
    assertFalse(byName.rule("orders.buy", BUY, 1).needsApproval());
  }
}
