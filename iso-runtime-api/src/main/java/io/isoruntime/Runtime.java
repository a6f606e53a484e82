package io.isoruntime;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Runs untrusted Python, each execution in a sandbox of its own.
 *
 * <p>A runtime is made by a back-end's builder and owns everything that it starts: sandboxes,
 * threads, descriptors. It is safe for use by many threads. {@link #close()} cancels what still
 * runs, waits until every sandbox is gone and releases the rest; later calls fail with {@link
 * ErrorCode#RUNTIME_CLOSED}.
 *
 * <p>The name is also {@code java.lang.Runtime}'s: import this type by its single name.
 */
public interface Runtime extends AutoCloseable {

  /**
   * Creates an empty workspace under the runtime's workspace root.
   *
   * @throws IsoException if the directory can't be created ({@link ErrorCode#WORKSPACE_UNUSABLE})
   */
  Workspace openWorkspace();

  /**
   * Opens a workspace in the given directory, which is created (mode 0700) if absent. What earlier
   * executions left there stays and is seen by the next one.
   *
   * @throws IsoException if it can't be used ({@link ErrorCode#WORKSPACE_UNUSABLE}), or another
   *     open workspace of this runtime has it ({@link ErrorCode#WORKSPACE_BUSY})
   */
  Workspace openWorkspace(Path directory);

  /**
   * Starts an execution and returns at once. Everything that can go wrong from here on, including a
   * sandbox that can't be made, is told by the result's {@link Outcome}.
   *
   * @throws IsoException if the runtime is closed, or the workspace is closed, foreign, or still
   *     used by an execution ({@link ErrorCode#WORKSPACE_BUSY})
   */
  Execution start(ExecutionRequest request);

  /**
   * Runs to the end and returns the result. When the calling thread is interrupted, the execution
   * is cancelled, its (cancelled) result is returned, and the thread's interrupt status is set.
   *
   * @throws IsoException as {@link #start} does
   */
  default ExecutionResult execute(ExecutionRequest request) {
    Execution execution = start(request);
    CompletableFuture<ExecutionResult> result = execution.result().toCompletableFuture();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return result.get();
        } catch (InterruptedException e) {
          interrupted = true;
          execution.cancel();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          throw new IllegalStateException("The execution ended without a result.", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Compares a program with the tools that it is to be lent, without running it: is it valid
   * Python, and does it name tools that exist, with arguments that they take? The program is parsed
   * in a sandbox of its own, as it is untrusted; this takes a sandbox, as an execution does, and
   * some tens of milliseconds in it, at most 10 s.
   *
   * <p>Only what is certain is told. What a program decides while it runs is not known, so no
   * finding means no promise.
   *
   * @param code the program's source
   * @param tools the tools that it may call
   * @return the findings in order of position, at most 100; immutable. A program that can't be
   *     checked, because it is too large or ends the checker, has the finding {@link
   *     CodeFinding.Code#NOT_CHECKED}
   * @throws IsoException if no sandbox can be had, with the reason that an execution would have
   *     told; if the calling thread is interrupted, whose status stays set, or the checker gives no
   *     answer ({@link ErrorCode#CHECK_FAILED}); as {@link #start} does
   */
  List<CodeFinding> check(String code, ToolRegistry tools);

  /** The sandboxes that this runtime makes. */
  SandboxProfile profile();

  /** Ends everything that this runtime started. Idempotent; blocks until all of it is gone. */
  @Override
  void close();
}
