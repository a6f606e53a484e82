package io.isoruntime.supervisor.workspace;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one thing after the other. The first failure is kept, and ends further writing.
 * Thread-safe.
 */
final class DiskQueue {
  private final Executor writers;
  private final Deque<Turn> waiting = new ArrayDeque<>();
  private boolean writing;
  private @Nullable IOException failure;

  /** Something to be written. */
  interface Writing {
    void run() throws IOException;
  }

  private record Turn(Writing writing, CompletableFuture<Void> over) {}

  /** Writes on a thread of this executor. */
  DiskQueue(Executor writers) {
    this.writers = writers;
  }

  /**
   * Writes it when its turn comes.
   *
   * @return completes when that is over, and what failed is known
   */
  CompletableFuture<Void> later(Writing next) {
    Turn turn = new Turn(next, new CompletableFuture<>());
    synchronized (this) {
      waiting.add(turn);
      if (writing) {
        return turn.over();
      }
      writing = true;
    }
    try {
      writers.execute(this::writeAll);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread to give: then this one
      writeAll();
    }
    return turn.over();
  }

  private void writeAll() {
    while (true) {
      Turn next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          writing = false;
          notifyAll();
          return;
        }
      }
      try {
        now(next.writing());
      } catch (RuntimeException | Error e) { // or whoever waits for us would do so for ever
        fail(new IOException("a record could not be made", e));
      }
      next.over().complete(null);
    }
  }

  /** Writes it on this thread; for the time when nothing waits. */
  void now(Writing next) {
    if (failure() != null) {
      return;
    }
    try {
      next.run();
    } catch (IOException e) {
      fail(e);
    }
  }

  private synchronized void fail(IOException e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** The first failure, if there was one. */
  synchronized @Nullable IOException failure() {
    return failure;
  }

  /** Waits until all is written. */
  synchronized void awaitIdle() {
    boolean interrupted = false;
    while (writing) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
