package io.isoruntime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ToolApprovalRulesTest {
  private record Order(String item) {}

  private static final Tool<Order, String> PLACE =
      Tool.of("orders.place", Order.class, String.class, Order::item);
  private static final Tool<Order, String> FIND =
      Tool.of("orders.find", Order.class, String.class, Order::item).hinted(ToolHint.READ_ONLY);

  private final ToolApproval approval = ToolApproval.by(call -> ApprovalAnswer.approve());

  @Test
  void asksOfWhateverMayChangeSomething() {
    assertTrue(approval.isNeededFor(PLACE));
    assertFalse(approval.isNeededFor(FIND));
  }

  @Test
  void asksOfWhatIsNamedAndNothingElse() {
    assertTrue(approval.of("orders.*").isNeededFor(FIND));
    assertFalse(approval.of("orders.find").isNeededFor(PLACE));
  }

  @Test
  void refusesToAskOfNothing() {
    IllegalArgumentException thrown =
        assertThrows(IllegalArgumentException.class, () -> approval.of());
    assertEquals("Name what needs an approval; none would ask nobody.", thrown.getMessage());
  }
}
