package io.isoruntime.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a run end with its own verdict when the process is told to end, as by Ctrl-C: cancels it,
 * waits until it is over, and gives the process the run's exit status instead of the signal's. The
 * wait is bounded; what then still runs ends because this process does.
 */
final class Interruption implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final Thread hook = new Thread(this::interrupted, "iso-interruption");
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private @Nullable Runnable cancel;
  private boolean interrupted;

  private Interruption() {}

  static Interruption awaited() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Runs the action when the process is told to end, at once if it was already. */
  void onInterrupt(Runnable cancel) {
    synchronized (this) {
      this.cancel = cancel;
      if (!interrupted) {
        return;
      }
    }
    cancel.run();
  }

  /** Whether the process was told to end. */
  synchronized boolean happened() {
    return interrupted;
  }

  /** The run is over; nothing is left to be done but to exit with this status. */
  void over(int exitStatus) {
    status.complete(exitStatus);
  }

  private void interrupted() {
    Runnable action;
    synchronized (this) {
      interrupted = true;
      action = cancel;
    }
    if (action != null) {
      action.run();
    }
    int exitStatus = ExitStatus.ENDED;
    try {
      exitStatus = status.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      // It took too long: the process ends all the same.
    }
    Runtime.getRuntime().halt(exitStatus);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, and the hook sees to it.
    }
  }
}
