package io.isoruntime;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** One run of one program. It ends in exactly one {@link Outcome}. Safe for use by many threads. */
public interface Execution {

  /** Unique within the runtime; it stands in logs, in records on disk and in the result. */
  String id();

  /**
   * What happens, while it happens. Each subscriber has a bounded buffer of its own; when it is
   * full, events are discarded and counted in one {@link ExecutionEvent.Dropped}: a slow subscriber
   * never slows the program. The first subscriber also gets what came before it, as far as the
   * buffer held it; a later one sees what comes after it subscribed. The stream completes after
   * {@link ExecutionEvent.Finished}.
   */
  Flow.Publisher<ExecutionEvent> events();

  /**
   * Completes once, after the sandbox is proven empty and everything is written to the workspace.
   * It completes exceptionally only through a defect of this library.
   */
  CompletionStage<ExecutionResult> result();

  /** Ends the execution as {@link Outcome.Cancelled}, unless it is decided already. Idempotent. */
  void cancel();
}
