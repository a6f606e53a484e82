package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What pins an execution's ledger of tool calls: kept elsewhere, the head shows any later change,
 * even by one who may write the whole workspace ({@code iso verify-ledger --head}). Immutable.
 *
 * @param entries how many calls are in it
 * @param refused how many calls beyond {@link ExecutionLimits#toolCalls()} were refused; they are
 *     not in it
 * @param head the SHA-256 of its last entry, which covers all before; without entries, that of the
 *     execution's id alone
 */
public record LedgerSummary(long entries, long refused, String head) {
  private static final String GENESIS = "iso-runtime ledger 1\n";

  /** Requires the head. */
  public LedgerSummary {
    requireNonNull(head);
  }

  /** The ledger of an execution that called no tool. */
  public static LedgerSummary empty(String executionId) {
    return new LedgerSummary(0, 0, genesis(executionId));
  }

  private static String genesis(String executionId) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest((GENESIS + executionId).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
