package io.isoruntime.cli.bench;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The memory of a sandbox whose program runs and holds nothing itself: the proportional set size of
 * all its processes, as for {@link IdleMemory}.
 */
public final class RunningMemory {
  /** Its name in reports. */
  public static final String KEY = "runningSandboxPssMiB";

  private static final String WAIT = "from tools import wait\nwait()\n";
  private static final long PATIENCE_SECONDS = 30;

  /** What the tool takes. */
  record Nothing() {}

  private RunningMemory() {}

  /**
   * Measures it, in MiB.
   *
   * @param runtime one that keeps none ready
   * @param sandboxes how many run at once
   * @throws AbsentException if this process may not read it, or they don't run
   */
  public static double measure(Runtime runtime, int sandboxes)
      throws AbsentException, InterruptedException {
    AtomicInteger missing = new AtomicInteger(sandboxes);
    CompletableFuture<Object> running = new CompletableFuture<>();
    CountDownLatch measured = new CountDownLatch(1);
    Tool<Nothing, Integer> wait =
        Tool.of(
            "wait",
            Nothing.class,
            Integer.class,
            nothing -> {
              if (missing.decrementAndGet() == 0) {
                running.complete(nothing);
              }
              measured.await();
              return 0;
            });
    Descendants.awaitSettled();
    double before = Descendants.pssMiB();
    List<Workspace> workspaces = new ArrayList<>();
    List<Execution> executions = new ArrayList<>();
    try {
      for (int count = 0; count < sandboxes; count++) {
        Workspace workspace = runtime.openWorkspace();
        workspaces.add(workspace);
        executions.add(
            runtime.start(
                ExecutionRequest.python(WAIT).tools(ToolRegistry.of(wait)).in(workspace).build()));
      }
      await(running, executions);
      return (Descendants.pssMiB() - before) / sandboxes;
    } finally {
      measured.countDown();
      executions.forEach(Execution::cancel); // those that did not get so far
      executions.forEach(execution -> execution.result().toCompletableFuture().join());
      workspaces.forEach(Workspace::delete);
    }
  }

  /** One that ends before the measurement has not called, and tells why. */
  private static void await(CompletableFuture<Object> running, List<Execution> executions)
      throws AbsentException, InterruptedException {
    Stream<CompletableFuture<ExecutionResult>> results =
        executions.stream().map(execution -> execution.result().toCompletableFuture());
    try {
      Object first =
          CompletableFuture.anyOf(
                  Stream.concat(Stream.of(running), results).toArray(CompletableFuture[]::new))
              .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (first instanceof ExecutionResult result) {
        RuntimeContender.completed(result);
        throw new AbsentException("a program ended before all of them ran");
      }
    } catch (TimeoutException e) {
      throw new AbsentException("the programs did not run within " + PATIENCE_SECONDS + " s");
    } catch (ExecutionException e) {
      throw new AbsentException("the programs could not be run: " + e.getCause());
    }
  }
}
