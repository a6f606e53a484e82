package io.isoruntime.supervisor.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The first thing that is wrong with a ledger.
 *
 * @param entry the place of the bad entry, from 1 on; 0 if the fault is of no entry
 * @param file its name, where there is one
 * @param reason one word: {@code missing changed broken moved foreign extra head unsealed
 *     unreadable}
 * @param message the same as a sentence
 */
public record LedgerFault(long entry, @Nullable String file, String reason, String message) {}
