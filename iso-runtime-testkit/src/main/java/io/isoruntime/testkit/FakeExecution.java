package io.isoruntime.testkit;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;
import io.isoruntime.ToolException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One run of a {@link FakeProgram}: a thread, a decision made once, and then the result. */
final class FakeExecution implements Execution {
  private final String id = UUID.randomUUID().toString();
  private final ExecutionRequest request;
  private final FakeWorkspace workspace;
  private final CompletableFuture<Outcome> decision = new CompletableFuture<>();
  private final CompletableFuture<ExecutionResult> result = new CompletableFuture<>();
  private final FakeEvents events = new FakeEvents();
  private @Nullable Thread programThread;

  FakeExecution(ExecutionRequest request, FakeWorkspace workspace) {
    this.request = request;
    this.workspace = workspace;
  }

  static Thread startDaemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  synchronized void begin(FakeProgram program, Runnable ended) {
    programThread = startDaemon("fake-program", () -> run(program, ended));
    Duration wallTime = request.limits().wallTime();
    CompletableFuture<?> deadline =
        new CompletableFuture<>()
            .completeOnTimeout(null, wallTime.toNanos(), TimeUnit.NANOSECONDS)
            .thenRun(() -> decide(new Outcome.TimedOut(wallTime)));
    CompletableFuture<?> unused =
        decision.whenComplete((outcome, failure) -> deadline.cancel(false));
  }

  private void decide(Outcome outcome) {
    if (decision.complete(outcome)) {
      synchronized (this) {
        if (programThread != null) {
          programThread.interrupt();
        }
      }
    }
  }

  private void run(FakeProgram program, Runnable ended) {
    Instant started = Instant.now();
    FakeRecord record = new FakeRecord(this, request, workspace);
    @Nullable Throwable defect = null;
    try {
      record.begin();
      decision.complete(program.run(record));
    } catch (ToolException e) {
      decision.complete(new Outcome.CodeFailed(uncaught(e)));
    } catch (Throwable e) { // A wrong script, an assertion in it included, must reach the test.
      if (!decision.isDone() || !isSignOfTheEnd(e)) {
        defect = e;
        decision.completeExceptionally(e);
      }
    }
    synchronized (this) {
      programThread = null;
    }
    end(record, started, defect);
    ended.run();
  }

  private static boolean isSignOfTheEnd(Throwable e) {
    return e instanceof InterruptedException || e instanceof CancellationException;
  }

  private static PythonError uncaught(ToolException e) {
    return new PythonError(
        ErrorCode.PYTHON_EXCEPTION, "ToolError", e.code() + ": " + e.getMessage(), 0, "", null);
  }

  private void end(FakeRecord record, Instant started, @Nullable Throwable defect) {
    try {
      if (defect == null) {
        ExecutionResult done = record.finish(decision.join(), started);
        workspace.release();
        events.publish(new ExecutionEvent.Finished(done));
        events.end(null);
        result.complete(done);
      }
    } catch (RuntimeException e) {
      defect = e;
    }
    if (defect != null) {
      workspace.release();
      events.end(defect);
      result.completeExceptionally(defect);
    }
  }

  void publish(ExecutionEvent event) {
    events.publish(event);
  }

  boolean isDecided() {
    return decision.isDone();
  }

  void onDecision(Runnable action) {
    CompletableFuture<?> unused = decision.whenComplete((outcome, failure) -> action.run());
  }

  Outcome awaitDecision() throws InterruptedException {
    while (true) {
      try {
        return decision.get();
      } catch (InterruptedException e) {
        // The decision interrupts this thread: then it is there, and its interrupt is consumed.
        if (!decision.isDone()) {
          throw e;
        }
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
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
    return result;
  }

  @Override
  public void cancel() {
    decide(new Outcome.Cancelled());
  }

  void awaitResult() {
    result.handle((done, failure) -> 0).join();
  }
}
