package io.isoruntime.supervisor.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

  private static FrameReader reader(int... bytes) {
    byte[] raw = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      raw[i] = (byte) bytes[i];
    }
    return new FrameReader(new ByteArrayInputStream(raw));
  }

  @Test
  void readsWhatTheOtherSideWrote() throws IOException {
    FrameReader reader = reader(0, 0, 0, 3, 4, 'h', 'i', 0, 0, 0, 1, 15);
    Frame first = reader.read();
    assertEquals(FrameType.STDOUT, first.type());
    assertArrayEquals(new byte[] {'h', 'i'}, first.payload());
    assertEquals(FrameType.STARTED, reader.read().type());
    assertNull(reader.read());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Frame.MAX_LENGTH + 1, Integer.MAX_VALUE})
  void refusesALengthBeforeItAllocates(int length) {
    FrameReader reader = reader(length >>> 24, length >>> 16, length >>> 8, length, 4);
    assertThrows(ChannelException.class, reader::read);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 19, 31, 32, 35, 36, 63, 64, 200, 255})
  void refusesTypesThatInitMayNotSend(int type) {
    assertThrows(ChannelException.class, reader(0, 0, 0, 1, type)::read);
  }

  @Test
  void refusesAStreamThatEndsWithinAFrame() {
    assertThrows(ChannelException.class, reader(0, 0)::read);
    assertThrows(ChannelException.class, reader(0, 0, 0, 9, 4, 'x')::read);
  }

  @Test
  void writesAFrameInOnePiece() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new FrameWriter(out).write(FrameType.REPLY, new byte[] {1, 2, 3}, 2);
    assertArrayEquals(new byte[] {0, 0, 0, 3, 35, 1, 2}, out.toByteArray());
  }
}
