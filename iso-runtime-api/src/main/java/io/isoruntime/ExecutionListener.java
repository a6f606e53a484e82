package io.isoruntime;

/**
 * Is told of an execution's tool calls, without what the policy's {@link ToolRedaction} withholds.
 *
 * <p>One thread of the library at a time tells, in order: of each call its decision before its end,
 * and ends in the order of the ledger. The program does not wait for it. What a slow listener has
 * not taken is held up to 1 000 things of 4 MiB; then the newer is left out and counted. The
 * execution's result waits at most five seconds for a listener to come to the end. What one throws
 * is logged and harms nothing.
 */
public interface ExecutionListener {

  /** A call was let through or denied. */
  default void decided(DecidedCall call) {}

  /** A call is over, and in the ledger; nothing follows after the execution's result. */
  default void ended(LedgerEntry entry) {}

  /** The listener was too slow: this many things were left out here. The ledger has them. */
  default void missed(long count) {}
}
