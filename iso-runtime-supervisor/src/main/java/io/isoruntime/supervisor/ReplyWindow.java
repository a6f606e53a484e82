package io.isoruntime.supervisor;

import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.channel.FrameWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends tool replies no faster than the program takes them. Init must never stop reading the
 * channel while user code runs, so what the program leaves unread would pile up there; instead it
 * tells what was taken, and the rest waits here. Thread-safe.
 */
final class ReplyWindow {
  /** Below init's own limit of 32 MiB, and above the largest frame and what it tells late. */
  private static final long WINDOW = 24 * 1024 * 1024;

  private static final int HEADER = 5;
  private static final Logger LOG = LoggerFactory.getLogger(ReplyWindow.class);

  private final FrameWriter writer;
  private final Executor platformThreads;
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private long outstanding;
  private boolean sending;

  /**
   * Writes on {@code platformThreads} what a virtual thread sends: on those junixsocket makes the
   * descriptor non-blocking, and so the blocking reads of the flow's thread would fail (EAGAIN).
   */
  ReplyWindow(FrameWriter writer, Executor platformThreads) {
    this.writer = writer;
    this.platformThreads = platformThreads;
  }

  void send(byte[] reply) {
    synchronized (this) {
      waiting.add(reply);
    }
    if (Threads.isVirtual()) {
      platformThreads.execute(this::pump);
    } else {
      pump();
    }
  }

  /** The program took this much. */
  void taken(long bytes) {
    synchronized (this) {
      outstanding = Math.max(0, outstanding - Math.max(0, bytes));
    }
    pump();
  }

  private void pump() {
    while (true) {
      byte[] next;
      synchronized (this) {
        next = waiting.peek();
        if (sending
            || next == null
            || (outstanding > 0 && outstanding + next.length + HEADER > WINDOW)) {
          return; // whoever sends comes back here, and so does taken()
        }
        waiting.poll();
        outstanding += next.length + HEADER;
        sending = true;
      }
      try {
        writer.write(FrameType.REPLY, next);
      } catch (IOException e) {
        LOG.debug("a reply found no channel; the reading side decides what that means", e);
      } finally {
        synchronized (this) {
          sending = false;
        }
      }
    }
  }
}
