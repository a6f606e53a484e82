package io.isoruntime.supervisor.tools;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes up to a cap; what goes beyond it is an error before it is memory. For one thread. */
final class CappedBytes extends OutputStream {
  private final int cap;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  CappedBytes(int cap) {
    this.cap = cap;
  }

  @Override
  public void write(int b) throws IOException {
    require(1);
    bytes.write(b);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    require(length);
    bytes.write(source, offset, length);
  }

  private void require(int more) throws IOException {
    if (bytes.size() + (long) more > cap) {
      throw new TooLargeException();
    }
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }

  /** More was written than the cap allows. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;
  }
}
