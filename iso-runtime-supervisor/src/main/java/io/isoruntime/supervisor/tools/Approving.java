package io.isoruntime.supervisor.tools;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * That a call waits for its approval: begun when made, ended once, by whoever comes first. Its
 * place among those that wait is free once the thread that asks is, too: an approver may stay on
 * it.
 */
final class Approving {
  private final PendingCall call;
  private final CallListener listener;
  private final Runnable free;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger holders = new AtomicInteger(2); // the wait and the thread

  Approving(PendingCall call, CallListener listener, Runnable free) {
    this.call = call;
    this.listener = listener;
    this.free = free;
    listener.waiting();
  }

  PendingCall call() {
    return call;
  }

  void end() {
    if (ended.compareAndSet(false, true)) {
      listener.waited();
      let();
    }
  }

  /** Nobody is asked on a thread any more; to be called once. */
  void leaveThread() {
    let();
  }

  private void let() {
    if (holders.decrementAndGet() == 0) {
      free.run();
    }
  }
}
