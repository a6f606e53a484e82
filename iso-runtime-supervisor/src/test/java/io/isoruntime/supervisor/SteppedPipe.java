package io.isoruntime.supervisor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Bytes from one thread of a schedule to another; each write is read by itself. */
final class SteppedPipe {
  private final String name;
  private final Deque<byte[]> chunks = new ArrayDeque<>();
  private boolean ended;
  private boolean closed;

  SteppedPipe(String name) {
    this.name = name;
  }

  /** No more is written; what was written is read yet. */
  synchronized void end() {
    ended = true;
  }

  /** Nothing is read any more either. */
  synchronized void close() {
    ended = true;
    closed = true;
    chunks.clear();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean hasNews() {
    return ended || !chunks.isEmpty();
  }

  private synchronized void add(byte[] chunk) throws IOException {
    if (ended) {
      throw new IOException(name + " is closed");
    }
    chunks.add(chunk);
  }

  private synchronized int take(byte[] buffer, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException(name + " is closed");
    }
    byte[] chunk = chunks.poll();
    if (chunk == null) {
      return -1;
    }
    int count = Math.min(chunk.length, length);
    System.arraycopy(chunk, 0, buffer, offset, count);
    if (count < chunk.length) {
      chunks.push(Arrays.copyOfRange(chunk, count, chunk.length));
    }
    return count;
  }

  final InputStream in =
      new InputStream() {
        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
          if (length == 0) {
            return 0;
          }
          Schedule.await("reads " + name, SteppedPipe.this::hasNews);
          return take(buffer, offset, length);
        }
      };

  final OutputStream out =
      new OutputStream() {
        @Override
        public void write(int value) throws IOException {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          Schedule.step("writes " + name);
          add(Arrays.copyOfRange(bytes, offset, offset + length));
        }
      };
}
