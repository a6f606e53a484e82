package io.isoruntime;

import java.util.concurrent.CompletionStage;

/** Answers later whether a call may be made, without holding a thread. Called by many threads. */
@FunctionalInterface
public interface AsyncToolApprover {

  /**
   * Begins to ask. Any exception, thrown or in the stage, denies; so does {@code null}. A stage
   * that is a {@code CompletableFuture} is cancelled when its answer would come too late.
   */
  CompletionStage<ApprovalAnswer> decide(ApprovalRequest call) throws Exception;
}
