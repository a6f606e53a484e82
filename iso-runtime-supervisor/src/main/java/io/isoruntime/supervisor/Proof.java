package io.isoruntime.supervisor;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of a sandbox, but not for ever; the ending goes on when the waiting does not.
 */
final class Proof {
  private Proof() {}

  /**
   * Waits.
   *
   * @param ending completes when nothing is left. It is never completed from here: a timeout on it
   *     would keep what it still has to do from being done
   * @throws CompletionException if it fails, or does not complete in time
   */
  static void await(CompletableFuture<Void> ending, Duration patience) {
    ending.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
  }
}
