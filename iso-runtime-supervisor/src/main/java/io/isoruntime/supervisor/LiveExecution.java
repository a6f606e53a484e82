package io.isoruntime.supervisor;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionResult;
import io.isoruntime.supervisor.output.EventStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** The embedder's handle of a running flow. */
final class LiveExecution implements Execution {
  private final String id;
  private final EventStream events;
  private final CompletableFuture<ExecutionResult> result = new CompletableFuture<>();
  private final Runnable cancel;

  LiveExecution(String id, EventStream events, Runnable cancel) {
    this.id = id;
    this.events = events;
    this.cancel = cancel;
  }

  void complete(ExecutionResult value) {
    events.finish(new ExecutionEvent.Finished(value));
    result.complete(value);
  }

  void fail(Throwable defect) {
    events.abort(defect);
    result.completeExceptionally(defect);
  }

  /** Completes with the result; ours alone, unlike what {@link #result()} hands out. */
  CompletableFuture<ExecutionResult> completion() {
    return result;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Flow.Publisher<ExecutionEvent> events() {
    return events;
  }

  @Override
  public CompletionStage<ExecutionResult> result() {
    return result.copy();
  }

  @Override
  public void cancel() {
    cancel.run();
  }
}
