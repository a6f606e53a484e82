package io.isoruntime.supervisor.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Encodes what we send. Safe for use by many threads; frames never mix. */
public final class FrameWriter {
  private static final byte[] NOTHING = {};

  private final OutputStream out;

  /** Writes to this stream. */
  public FrameWriter(OutputStream out) {
    this.out = out;
  }

  /** Sends a frame without payload. */
  public void write(FrameType type) throws IOException {
    write(type, NOTHING, 0);
  }

  /** Sends a frame. */
  public void write(FrameType type, byte[] payload) throws IOException {
    write(type, payload, payload.length);
  }

  /** Sends a frame with the first {@code length} bytes as its payload, in one write. */
  public void write(FrameType type, byte[] payload, int length) throws IOException {
    if (length >= Frame.MAX_LENGTH) {
      throw new IllegalArgumentException("A payload of " + length + " bytes fits no frame.");
    }
    byte[] bytes = new byte[5 + length];
    ByteBuffer.wrap(bytes).putInt(length + 1).put((byte) type.code()).put(payload, 0, length);
    synchronized (this) {
      out.write(bytes);
      out.flush();
    }
  }
}
