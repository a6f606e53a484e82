package io.isoruntime.docker;

import io.isoruntime.supervisor.spi.Token;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** Sends what is written as records, and signs of life in between. Thread-safe. */
final class SealedOutput extends OutputStream {
  private static final byte[] NOTHING = {};

  private final ReentrantLock turn = new ReentrantLock();
  private final Conduit out;
  private final Seal seal;

  SealedOutput(Conduit out, Token token) {
    this.out = out;
    this.seal = Seal.toInit(token);
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int start, int length) throws IOException {
    if (length == 0) {
      return;
    }
    turn.lock();
    try {
      out.put(seal.seal(bytes, start, length));
    } finally {
      turn.unlock();
    }
  }

  /**
   * Sends an empty record, unless something else is on its way, which is as good a sign. Never
   * blocks.
   */
  void beat() throws IOException {
    if (turn.tryLock()) {
      try {
        if (out.isEmpty()) {
          out.put(seal.seal(NOTHING, 0, 0));
        }
      } finally {
        turn.unlock();
      }
    }
  }

  @Override
  public void close() {
    out.close();
  }
}
