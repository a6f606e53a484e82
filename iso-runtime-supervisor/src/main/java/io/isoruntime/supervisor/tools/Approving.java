package io.isoruntime.supervisor.tools;

import java.util.concurrent.atomic.AtomicBoolean;

/** That a call waits for its approval: begun when made, ended once, by whoever comes first. */
final class Approving {
  private final PendingCall call;
  private final CallListener listener;
  private final Runnable over;
  private final AtomicBoolean ended = new AtomicBoolean();

  Approving(PendingCall call, CallListener listener, Runnable over) {
    this.call = call;
    this.listener = listener;
    this.over = over;
    listener.waiting();
  }

  PendingCall call() {
    return call;
  }

  void end() {
    if (ended.compareAndSet(false, true)) {
      listener.waited();
      over.run();
    }
  }
}
