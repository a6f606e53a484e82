package io.isoruntime.supervisor.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What verifying one execution's ledger found.
 *
 * @param execution its id; as far as known, the name of its directory otherwise
 * @param records where it is in the workspace: {@code out} or {@code runs/…}
 * @param entries how many entries are in order, from the first on
 * @param head the digest of the last of them
 * @param fault the first thing that is wrong; {@code null} if nothing is
 */
public record LedgerReport(
    String execution, String records, long entries, String head, @Nullable LedgerFault fault) {

  /** Whether nothing is wrong. */
  public boolean isIntact() {
    return fault == null;
  }
}
