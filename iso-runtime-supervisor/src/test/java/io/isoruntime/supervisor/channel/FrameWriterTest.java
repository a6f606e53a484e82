package io.isoruntime.supervisor.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class FrameWriterTest {
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private int writes;
  private boolean failing;

  private final FrameWriter writer =
      new FrameWriter(
          new OutputStream() {
            @Override
            public void write(int b) {
              throw new AssertionError("byte by byte");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              if (failing) {
                throw new IOException("no more");
              }
              writes++;
              sent.write(bytes, offset, length);
            }
          });

  @Test
  void whatIsAddedGoesWithTheNextOneInOneWrite() throws Exception {
    writer.add(FrameType.INPUT, new byte[] {1, 2}, 2);
    assertEquals(0, writes);
    writer.write(FrameType.RUN, new byte[] {3});
    assertEquals(1, writes);
    assertArrayEquals(new byte[] {0, 0, 0, 3, 32, 1, 2, 0, 0, 0, 2, 34, 3}, sent.toByteArray());
  }

  @Test
  void whatIsLargeKeepsItsPlace() throws Exception {
    writer.add(FrameType.INPUT, new byte[] {1}, 1);
    writer.add(FrameType.INPUT_DATA, new byte[100_000], 100_000);
    writer.write(FrameType.RUN);
    byte[] all = sent.toByteArray();
    assertEquals(6 + 100_005 + 5, all.length);
    assertEquals(FrameType.INPUT.code(), all[4]);
    assertEquals(FrameType.INPUT_DATA.code(), all[10]);
    assertEquals(FrameType.RUN.code(), all[all.length - 1]);
  }

  /** Or an order that was given up would come with the one that followed. */
  @Test
  void whatFailedIsNeverSentLater() {
    failing = true;
    assertThrows(IOException.class, () -> writer.write(FrameType.RUN));
    failing = false;
    assertThrows(IOException.class, () -> writer.write(FrameType.KILL));
    assertEquals(0, sent.size());
  }
}
