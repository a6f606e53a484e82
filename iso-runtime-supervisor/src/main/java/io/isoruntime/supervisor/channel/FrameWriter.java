package io.isoruntime.supervisor.channel;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Encodes what we send. Safe for use by many threads; frames never mix. */
public final class FrameWriter {
  private static final byte[] NOTHING = {};
  private static final int BUFFER = 8 * 1024;

  private final BufferedOutputStream out;
  private boolean broken;

  /** Writes to this stream. */
  public FrameWriter(OutputStream out) {
    this.out = new BufferedOutputStream(out, BUFFER);
  }

  /** Takes a frame that is sent with the next one that is written, at the latest. */
  public void add(FrameType type, byte[] payload, int length) throws IOException {
    write(encode(type, payload, length), false);
  }

  /** Sends a frame without payload. */
  public void write(FrameType type) throws IOException {
    write(type, NOTHING, 0);
  }

  /** Sends a frame. */
  public void write(FrameType type, byte[] payload) throws IOException {
    write(type, payload, payload.length);
  }

  /** Sends a frame with the first {@code length} bytes as its payload. */
  public void write(FrameType type, byte[] payload, int length) throws IOException {
    write(encode(type, payload, length), true);
  }

  /** What could not be sent is never sent later, with another frame. */
  private synchronized void write(byte[] bytes, boolean now) throws IOException {
    if (broken) {
      throw new IOException("an earlier frame could not be sent");
    }
    broken = true;
    out.write(bytes);
    if (now) {
      out.flush();
    }
    broken = false;
  }

  private static byte[] encode(FrameType type, byte[] payload, int length) {
    if (length >= Frame.MAX_LENGTH) {
      throw new IllegalArgumentException("A payload of " + length + " bytes fits no frame.");
    }
    byte[] bytes = new byte[5 + length];
    ByteBuffer.wrap(bytes).putInt(length + 1).put((byte) type.code()).put(payload, 0, length);
    return bytes;
  }
}
