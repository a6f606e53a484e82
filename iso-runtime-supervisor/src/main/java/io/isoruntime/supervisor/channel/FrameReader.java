package io.isoruntime.supervisor.channel;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Decodes what init sends. For one thread. */
public final class FrameReader {
  private static final int BUFFER = 64 * 1024;

  private final DataInputStream in;

  /** Reads from this stream. */
  public FrameReader(InputStream in) {
    this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
  }

  /**
   * The next frame, or {@code null} at the end of the stream.
   *
   * @throws ChannelException if length or type is not acceptable, before anything is allocated for
   *     it, or the stream ends within a frame
   */
  public @Nullable Frame read() throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    try {
      int length =
          first << 24
              | in.readUnsignedByte() << 16
              | in.readUnsignedByte() << 8
              | in.readUnsignedByte();
      if (length < 1 || length > Frame.MAX_LENGTH) {
        throw new ChannelException(
            "init announced a frame of " + (length & 0xffffffffL) + " bytes");
      }
      FrameType type = FrameType.fromInit(in.readUnsignedByte());
      byte[] payload = new byte[length - 1];
      in.readFully(payload);
      return new Frame(type, payload);
    } catch (EOFException e) {
      throw new ChannelException("the channel ended within a frame", e);
    }
  }
}
