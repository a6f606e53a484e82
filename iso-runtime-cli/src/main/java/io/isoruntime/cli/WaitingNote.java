package io.isoruntime.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a person at a terminal that a sandbox is being made, if that takes noticeably long. */
final class WaitingNote {
  private static final long PATIENCE_MILLIS = 400;
  private static final long PACE_MILLIS = 120;
  private static final String FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  private static final String ERASE = "\r\033[K";

  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread thread;

  private WaitingNote(StandardStreams streams) {
    thread = new Thread(() -> show(streams), "iso-waiting");
    thread.setDaemon(true);
  }

  static WaitingNote begin(StandardStreams streams) {
    WaitingNote note = new WaitingNote(streams);
    if (streams.errIsTerminal()) {
      note.thread.start();
    }
    return note;
  }

  private void show(StandardStreams streams) {
    try {
      long wait = PATIENCE_MILLIS;
      for (int frame = 0; !over.await(wait, TimeUnit.MILLISECONDS); frame++) {
        wait = PACE_MILLIS;
        char sign = FRAMES.charAt(frame % FRAMES.length());
        streams.say("\r" + sign + " preparing a sandbox");
      }
      if (wait == PACE_MILLIS) {
        streams.say(ERASE);
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  /** Ends it, and returns when nothing of it is left on the terminal. Idempotent. */
  void end() {
    over.countDown();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
