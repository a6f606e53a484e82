package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProofTest {
  /** A sandbox that comes up after everybody has lost patience must still be destroyed. */
  @Test
  void whatComesTooLateIsEndedAllTheSame() {
    CompletableFuture<String> creation = new CompletableFuture<>();
    AtomicBoolean destroyed = new AtomicBoolean();
    CompletableFuture<Void> ending =
        creation.thenCompose(
            sandbox -> {
              destroyed.set(true);
              return CompletableFuture.completedFuture(null);
            });

    assertThrows(CompletionException.class, () -> Proof.await(ending, Duration.ofMillis(10)));
    creation.complete("late");

    assertTrue(destroyed.get());
  }

  @Test
  void aProofIsWaitedForAndAFailureTold() {
    Proof.await(CompletableFuture.completedFuture(null), Duration.ofSeconds(1));
    CompletableFuture<Void> failed =
        CompletableFuture.failedFuture(new IllegalStateException("left"));
    assertThrows(CompletionException.class, () -> Proof.await(failed, Duration.ofSeconds(1)));
  }
}
