package io.isoruntime.docker;

import io.isoruntime.supervisor.spi.Token;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Reads records and gives their payloads as one stream. What is missing, repeated, reordered,
 * forged or cut off is an {@link IOException}; an end between two records is the end. For one
 * thread.
 */
final class SealedInput extends InputStream {
  private final DataInputStream in;
  private final Seal seal;
  private byte[] payload = {};
  private int offset;

  SealedInput(InputStream in, Token token) {
    this.in = new DataInputStream(in);
    this.seal = Seal.fromInit(token);
  }

  @Override
  public int read() throws IOException {
    return hasMore() ? payload[offset++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int start, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!hasMore()) {
      return -1;
    }
    int count = Math.min(length, payload.length - offset);
    System.arraycopy(payload, offset, target, start, count);
    offset += count;
    return count;
  }

  @Override
  public int available() {
    return payload.length - offset;
  }

  private boolean hasMore() throws IOException {
    while (offset == payload.length) {
      int first = in.read();
      if (first < 0) {
        return false;
      }
      try {
        next(first);
      } catch (EOFException e) {
        throw new IOException("the attached stream ended within a record", e);
      }
    }
    return true;
  }

  private void next(int first) throws IOException {
    int length =
        first << 24
            | in.readUnsignedByte() << 16
            | in.readUnsignedByte() << 8
            | in.readUnsignedByte();
    if (length < 0 || length > Seal.MAX_RECORD) {
      throw new IOException("the attached stream carries something that init did not send");
    }
    byte[] record = new byte[4 + length];
    ByteBuffer.wrap(record).putInt(length);
    in.readFully(record, 4, length);
    byte[] tag = new byte[Seal.TAG];
    in.readFully(tag);
    if (!seal.matches(record, tag)) {
      throw new IOException("a record of the attached stream has a wrong tag");
    }
    payload = record;
    offset = 4;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
