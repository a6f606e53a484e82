package io.isoruntime.supervisor;

import io.isoruntime.DecidedCall;
import io.isoruntime.ExecutionListener;
import io.isoruntime.supervisor.ledger.LedgerChain;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.ledger.LedgerReader;
import io.isoruntime.supervisor.tools.DecidedRequest;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** What an execution's listener, if there is one, is told of its tool calls. Thread-safe. */
final class ToolNews {
  private final String executionId;
  private final LedgerEntries entries;
  private final @Nullable ListenerQueue queue;

  /** Tells of what {@code entries} leave of the calls, on {@code threads}. */
  ToolNews(
      String executionId,
      LedgerEntries entries,
      @Nullable ExecutionListener listener,
      Executor threads) {
    this.executionId = executionId;
    this.entries = entries;
    this.queue = listener == null ? null : new ListenerQueue(executionId, listener, threads);
  }

  /** A call was let through or denied. */
  void decided(DecidedRequest call) {
    if (queue != null) {
      queue.tell(
          call.request().length,
          listener ->
              listener.decided(
                  new DecidedCall(
                      executionId,
                      call.id(),
                      call.tool(),
                      entries.arguments(call),
                      call.decision(),
                      call.at())));
    }
  }

  /** A call is in the ledger. */
  void recorded(LedgerChain.Link entry) {
    if (queue != null) {
      queue.tell(
          entry.bytes().length, listener -> listener.ended(LedgerReader.entry(entry.bytes())));
    }
  }

  /** As {@link ListenerQueue#finish}. */
  boolean finish(Duration within, ScheduledExecutorService timers) {
    return queue == null || queue.finish(within, timers);
  }
}
