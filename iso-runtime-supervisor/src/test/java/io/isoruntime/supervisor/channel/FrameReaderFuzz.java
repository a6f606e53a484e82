package io.isoruntime.supervisor.channel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.supervisor.fuzz.Allocation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A stream is read as docs/protocol.md says, however it is cut into reads; nothing is allocated for
 * what is refused; what was read is written as the same bytes.
 */
public final class FrameReaderFuzz {
  private static final long OWN = 256 * 1024; // the reader's buffer, and an exception

  private FrameReaderFuzz() {}

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    List<Expected> expected = Expected.of(data);
    long announced = expected.stream().mapToLong(Expected::announced).sum();
    Allocation.assertAtMost(announced + OWN, () -> readAll(data));
    ByteArrayOutputStream rewritten = new ByteArrayOutputStream();
    FrameWriter writer = new FrameWriter(rewritten);
    FrameReader reader = new FrameReader(new InPieces(data));
    int at = 0;
    for (Expected next : expected) {
      switch (next.kind) {
        case REFUSED -> assertThrows(ChannelException.class, reader::read);
        case END -> assertNull(reader.read());
        case FRAME -> {
          Frame frame = reader.read();
          int end = at + 4 + next.announced;
          assertEquals(data[at + 4], (byte) frame.type().code());
          assertArrayEquals(Arrays.copyOfRange(data, at + 5, end), frame.payload());
          writer.write(frame.type(), frame.payload());
          at = end;
        }
      }
    }
    assertArrayEquals(Arrays.copyOf(data, at), rewritten.toByteArray());
  }

  private static void readAll(byte[] data) throws IOException {
    FrameReader reader = new FrameReader(new InPieces(data));
    try {
      while (reader.read() != null) {}
    } catch (ChannelException refused) {
      // compared elsewhere
    }
  }

  /**
   * What the protocol says of the bytes at a place.
   *
   * @param announced length of type and payload, 0 if it is refused for its length or type
   */
  private record Expected(Kind kind, int announced) {
    private static final int FIRST_TYPE = 1;
    private static final int LAST_TYPE = 18;
    private static final long MOST = 16L << 20;

    enum Kind {
      FRAME,
      END,
      REFUSED
    }

    static List<Expected> of(byte[] data) {
      List<Expected> all = new ArrayList<>();
      int at = 0;
      do {
        all.add(at(data, at));
        at += 4 + all.get(all.size() - 1).announced;
      } while (all.get(all.size() - 1).kind == Kind.FRAME);
      return all;
    }

    private static Expected at(byte[] data, int at) {
      if (at == data.length) {
        return new Expected(Kind.END, 0);
      } else if (data.length - at < 5) {
        return new Expected(Kind.REFUSED, 0);
      }
      long length = 0;
      for (int i = 0; i < 4; i++) {
        length = length * 256 + (data[at + i] & 0xff);
      }
      int type = data[at + 4];
      if (length < 1 || length > MOST || type < FIRST_TYPE || type > LAST_TYPE) {
        return new Expected(Kind.REFUSED, 0);
      }
      boolean whole = data.length - at - 4 >= length;
      return new Expected(whole ? Kind.FRAME : Kind.REFUSED, (int) length);
    }
  }

  /** A socket gives what has come, not what is asked for. */
  private static final class InPieces extends ByteArrayInputStream {
    private final int most;

    InPieces(byte[] data) {
      super(data);
      this.most = 1 + data.length % 7;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) {
      return super.read(into, offset, Math.min(length, most));
    }
  }
}
