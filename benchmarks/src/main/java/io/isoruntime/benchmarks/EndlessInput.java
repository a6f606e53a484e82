package io.isoruntime.benchmarks;

import java.io.InputStream;

/** The same bytes again and again. For one thread. */
final class EndlessInput extends InputStream {
  private final byte[] bytes;
  private int position;

  EndlessInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() {
    position = position == bytes.length ? 0 : position;
    return bytes[position++] & 0xff;
  }

  /** No more at once than what is left of this turn; those who want more come again. */
  @Override
  public int read(byte[] target, int offset, int length) {
    position = position == bytes.length ? 0 : position;
    int count = Math.min(length, bytes.length - position);
    System.arraycopy(bytes, position, target, offset, count);
    position += count;
    return count;
  }
}
