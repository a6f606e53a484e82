package io.isoruntime;

import static java.util.Objects.requireNonNull;

/**
 * Whether a call may be made. Immutable.
 *
 * @param approved whether it may
 * @param reason why, or by whom; the ledger keeps it, and of a denial the program is told (at most
 *     1 000 characters)
 */
public record ApprovalAnswer(boolean approved, String reason) {
  private static final int MAX_REASON = 1_000;

  /** Shortens the reason. */
  public ApprovalAnswer {
    requireNonNull(reason, "reason");
    reason = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
  }

  /** It may. */
  public static ApprovalAnswer approve() {
    return new ApprovalAnswer(true, "");
  }

  /** It may, and the ledger keeps why. */
  public static ApprovalAnswer approve(String reason) {
    return new ApprovalAnswer(true, reason);
  }

  /** It may not. */
  public static ApprovalAnswer deny(String reason) {
    return new ApprovalAnswer(false, reason);
  }
}
