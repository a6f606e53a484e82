package io.isoruntime.supervisor.policy;

import io.isoruntime.Tool;
import io.isoruntime.ToolHint;
import io.isoruntime.ToolPolicy;
import io.isoruntime.ToolPolicy.Budget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rules on the calls of one execution, one after the other, and counts them. Thread-safe. */
public final class ToolGate {
  private final ToolPolicy policy;
  private final List<Budget> budgets;
  private final int[] left;

  /** Applies this policy. */
  public ToolGate(ToolPolicy policy) {
    this.policy = policy;
    this.budgets = policy.budgets();
    this.left = budgets.stream().mapToInt(Budget::calls).toArray();
  }

  /**
   * Rules on one call.
   *
   * @param name as called
   * @param tool what the registry has of that name
   * @param bytes how large the call is
   */
  public Ruling rule(String name, @Nullable Tool<?, ?> tool, int bytes) {
    if (tool == null || !policy.allows(tool)) {
      return Ruling.refused(
          "DENIED", // the same for both, or a program could find out what there is
          "There is no tool '" + name + "' here, or this program may not call it.",
          tool == null ? "there is no such tool" : "the policy does not allow it");
    }
    if (policy.readOnly() && !tool.hints().contains(ToolHint.READ_ONLY)) {
      return Ruling.refused(
          "DENIED",
          "The tool '" + name + "' may change something, and this program may only read.",
          "the policy allows reading only");
    }
    if (bytes > policy.maxCallBytes()) {
      return Ruling.refused(
          "ARGUMENTS_TOO_LARGE",
          "The call of '" + name + "' exceeds " + policy.maxCallBytes() + " bytes.",
          "it has " + bytes + " bytes");
    }
    Budget spent = take(name);
    if (spent != null) {
      return Ruling.refused(
          "OVER_BUDGET",
          "This program may make "
              + counted(spent.calls())
              + (spent.tools().text().equals("*") ? "" : " of " + spent.tools())
              + ", and has.",
          "the budget of " + counted(spent.calls()) + " of " + spent.tools() + " is spent");
    }
    boolean asks = policy.approval().isPresent() && policy.approval().get().isNeededFor(tool);
    return asks ? Ruling.ASK : Ruling.LET_THROUGH;
  }

  private static String counted(int calls) {
    return calls == 1 ? "1 call" : calls + " calls";
  }

  /** Takes one off each budget that the call counts for; or off none, and returns a spent one. */
  private synchronized @Nullable Budget take(String name) {
    for (int i = 0; i < left.length; i++) {
      if (left[i] == 0 && budgets.get(i).tools().matches(name)) {
        return budgets.get(i);
      }
    }
    for (int i = 0; i < left.length; i++) {
      left[i] -= budgets.get(i).tools().matches(name) ? 1 : 0;
    }
    return null;
  }
}
