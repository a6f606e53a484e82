package io.isoruntime.toolhost;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One frame between this process and a tool host: {@code u32 length of the payload · u8 type · u64
 * call · payload}.
 *
 * @param type one of the constants
 * @param call the call's number, or 0
 * @param payload JSON, or text of the log
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and changed by nobody
record HostFrame(int type, long call, byte[] payload) {
  static final int LOAD = 1;
  static final int CALL = 2;
  static final int CANCEL = 3;
  static final int CATALOG = 16;
  static final int IMPORTING = 17;
  static final int RESULT = 18;
  static final int FAILURE = 19;
  static final int LOG = 20;

  private static final int HEADER = 13;
  private static final int MAX_LENGTH = 32 * 1024 * 1024;

  /** Blocks until there is one; {@code null} at the end of the stream. */
  static @Nullable HostFrame read(DataInputStream in) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    byte[] header = new byte[HEADER];
    header[0] = (byte) first;
    in.readFully(header, 1, HEADER - 1);
    ByteBuffer fields = ByteBuffer.wrap(header);
    int length = fields.getInt();
    if (length < 0 || length > MAX_LENGTH) {
      throw new IOException("a frame of " + Integer.toUnsignedString(length) + " bytes");
    }
    int type = fields.get();
    long call = fields.getLong();
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new HostFrame(type, call, payload);
  }

  byte[] bytes() {
    return ByteBuffer.allocate(HEADER + payload.length)
        .putInt(payload.length)
        .put((byte) type)
        .putLong(call)
        .put(payload)
        .array();
  }
}
