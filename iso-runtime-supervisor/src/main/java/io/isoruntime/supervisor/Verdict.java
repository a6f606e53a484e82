package io.isoruntime.supervisor;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Decided exactly once, whoever comes first. Thread-safe. */
final class Verdict {
  private final CompletableFuture<Decision> decided = new CompletableFuture<>();

  /** Whether this decision is the one that counts. */
  boolean decide(Decision decision) {
    return decided.complete(decision);
  }

  boolean isDecided() {
    return decided.isDone();
  }

  /** The decision, or {@code null} before there is one. */
  @Nullable Decision get() {
    return decided.getNow(null);
  }

  /** Completes with the decision. Don't complete it. */
  CompletableFuture<Decision> future() {
    return decided;
  }
}
