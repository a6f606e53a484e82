package io.isoruntime.supervisor.local;

import java.nio.charset.StandardCharsets;

/**
 * The end of what a process says beside its protocol, which is of use when that breaks. It may say
 * as much as it likes: only so much is held. Thread-safe.
 */
public final class LastWords {
  private final int most;
  private final StringBuilder words = new StringBuilder();

  /** Holds at most this many characters. */
  public LastWords(int most) {
    this.most = most;
  }

  /** Takes the first bytes of a buffer. */
  public synchronized void hear(byte[] buffer, int count) {
    words.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
    words.delete(0, Math.max(0, words.length() - most));
  }

  /** What was said last, without the white space around it; untrusted. */
  public synchronized String text() {
    return words.toString().strip();
  }
}
