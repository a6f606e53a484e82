package io.isoruntime.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pipe between threads. Unlike {@link java.io.PipedInputStream} it wakes its reader at
 * once, does not care which threads live, and can be broken with a reason that the reader sees.
 */
final class Conduit {
  private final int capacity;
  private final Deque<byte[]> pieces = new ArrayDeque<>();
  private int held;
  private int offset;
  private boolean closed;
  private @Nullable String broken;
  private @Nullable String refusal;

  Conduit(int capacity) {
    this.capacity = capacity;
  }

  /** Takes the bytes, which must not be changed any more; blocks while it is full. */
  synchronized void put(byte[] bytes) throws IOException {
    while (held >= capacity && !closed) {
      await();
    }
    if (closed) {
      throw new IOException(refusal != null ? refusal : "the stream is closed");
    }
    append(bytes);
  }

  /** Whether everything was taken. */
  synchronized boolean isEmpty() {
    return held == 0;
  }

  private void append(byte[] bytes) {
    if (bytes.length > 0) {
      pieces.add(bytes);
      held += bytes.length;
      notifyAll();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its callers loop
  private void await() throws IOException {
    try {
      wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException();
    }
  }

  /** At its end the reader sees end-of-file, after what is in it. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** The reader sees this failure at once; what is in it is lost. The first reason counts. */
  synchronized void fail(String reason) {
    if (broken == null && !(closed && pieces.isEmpty())) {
      broken = reason;
    }
    refuse(reason);
  }

  /** Takes nothing more and forgets what is in it: writers see the reason, the reader the end. */
  synchronized void refuse(String reason) {
    if (refusal == null) {
      refusal = reason;
    }
    pieces.clear();
    held = 0;
    offset = 0;
    closed = true;
    notifyAll();
  }

  private synchronized int take(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (pieces.isEmpty()) {
      if (broken != null) {
        throw new IOException(broken);
      }
      if (closed) {
        return -1;
      }
      await();
    }
    byte[] first = pieces.element();
    int count = Math.min(length, first.length - offset);
    System.arraycopy(first, offset, target, start, count);
    offset += count;
    held -= count;
    if (offset == first.length) {
      pieces.remove();
      offset = 0;
    }
    notifyAll();
    return count;
  }

  InputStream reader() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return take(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int start, int length) throws IOException {
        return take(target, start, length);
      }

      @Override
      public void close() {
        Conduit.this.close();
      }
    };
  }

  OutputStream writer() {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        put(new byte[] {(byte) value});
      }

      @Override
      public void write(byte[] bytes, int start, int length) throws IOException {
        put(java.util.Arrays.copyOfRange(bytes, start, start + length));
      }

      @Override
      public void close() {
        Conduit.this.close();
      }
    };
  }
}
