package io.isoruntime.supervisor.spi;

import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** The version of the conversation with init (docs/protocol.md). */
public final class Protocol {
  /**
   * What this library speaks, and what {@code frames.py} says. An image carries it in the label
   * {@value #IMAGE_LABEL}, so that a wrong one is refused before a container is made.
   */
  public static final int VERSION = 3;

  /** The image's label. */
  public static final String IMAGE_LABEL = "io.isoruntime.protocol";

  private Protocol() {}

  /**
   * What is told before there is a channel: each part after its length, an unsigned 32-bit integer
   * in network order. To be written at once: one that fails early does not wait for the rest, and
   * must not be taken for one that could not be told.
   */
  public static byte[] launch(byte[]... parts) {
    int length = Stream.of(parts).mapToInt(part -> Integer.BYTES + part.length).sum();
    ByteBuffer message = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      message.putInt(part.length).put(part);
    }
    return message.array();
  }
}
