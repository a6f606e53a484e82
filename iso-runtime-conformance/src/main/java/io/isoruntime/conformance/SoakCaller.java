package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One of several callers of a runtime: runs one program after another. For one thread. */
final class SoakCaller implements AutoCloseable {
  private static final byte[] NUMBERS = "n\n1\n2\n".getBytes(StandardCharsets.UTF_8);
  private static final int CANCELLED_ONE_IN = 8;
  private static final int LATEST_CANCEL_MILLIS = 400;

  private final Runtime runtime;
  private final Path place;
  private @Nullable Workspace workspace;
  private int opened;

  /**
   * A caller.
   *
   * @param place what its workspaces' paths begin with; they are gone when it is closed
   */
  SoakCaller(Runtime runtime, Path place) {
    this.runtime = runtime;
    this.place = place;
  }

  /** What came of one execution. */
  record Ended(ExecutionResult result, boolean cancelled, boolean expected) {}

  /**
   * Runs a program as these numbers decide: in which workspace, heard by whom, to its end or not.
   */
  Ended run(SoakProgram program, Random random) throws ExecutionException, InterruptedException {
    Workspace used = workspace == null || random.nextInt(4) == 0 ? fresh() : workspace;
    Execution execution =
        runtime.start(
            ExecutionRequest.python(program.code())
                .limits(program.limits())
                .tools(SoakTools.ALL)
                .in(used)
                .build());
    if (random.nextInt(4) == 0) {
      execution.events().subscribe(new LazySubscriber());
    }
    boolean cancelled = random.nextInt(CANCELLED_ONE_IN) == 0;
    ExecutionResult result =
        cancelled
            ? cancelled(execution, random.nextInt(LATEST_CANCEL_MILLIS))
            : execution.result().toCompletableFuture().get();
    boolean expected =
        program.expected().test(result)
            || (cancelled && result.outcome() instanceof Outcome.Cancelled);
    return new Ended(result, cancelled, expected);
  }

  private Workspace fresh() {
    close();
    opened++;
    Workspace made =
        runtime.openWorkspace(place.resolveSibling(place.getFileName() + "-" + opened));
    workspace = made;
    made.put("numbers.csv", NUMBERS);
    return made;
  }

  /** Cancels after this time, in whatever state it is then. */
  private static ExecutionResult cancelled(Execution execution, int millis)
      throws ExecutionException, InterruptedException {
    CompletableFuture<ExecutionResult> result = execution.result().toCompletableFuture();
    try {
      return result.get(millis, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      execution.cancel();
      return result.get();
    }
  }

  @Override
  public void close() {
    if (workspace != null) {
      workspace.delete();
      workspace = null;
    }
  }

  /** Takes one event and never asks for another. */
  private static final class LazySubscriber implements Flow.Subscriber<ExecutionEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(ExecutionEvent event) {}

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
  }
}
