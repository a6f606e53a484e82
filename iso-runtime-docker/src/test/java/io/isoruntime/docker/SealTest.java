package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.supervisor.spi.Token;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What an engine, or a program that reached the stream, could do to it. */
class SealTest {
  private final Token token = Token.random();
  private final Seal init = Seal.fromInit(token);

  private byte[] record(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return init.seal(bytes, 0, bytes.length);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private byte[] read(byte[] stream) throws IOException {
    try (SealedInput in = new SealedInput(new ByteArrayInputStream(stream), token)) {
      return in.readAllBytes();
    }
  }

  @Test
  void givesThePayloadsAsOneStreamWithoutTheEmptyOnes() throws IOException {
    byte[] stream = joined(record("one "), record(""), record("two"));
    assertArrayEquals("one two".getBytes(StandardCharsets.UTF_8), read(stream));
  }

  @Test
  void refusesAChangedRecordWhereverItWasChanged() {
    byte[] stream = record("harmless");
    for (int i = 4; i < stream.length; i++) {
      byte[] changed = stream.clone();
      changed[i] ^= 1;
      assertThrows(IOException.class, () -> read(changed), "byte " + i);
    }
  }

  @Test
  void refusesRepeatedReorderedAndMissingRecords() {
    byte[] first = record("first");
    byte[] second = record("second");
    assertThrows(IOException.class, () -> read(joined(first, first)));
    assertThrows(IOException.class, () -> read(joined(second, first)));
    assertThrows(IOException.class, () -> read(second));
  }

  @Test
  void refusesRecordsOfTheOtherDirectionAndOfAnotherToken() {
    byte[] payload = {1};
    assertThrows(IOException.class, () -> read(Seal.toInit(token).seal(payload, 0, 1)));
    assertThrows(IOException.class, () -> read(Seal.fromInit(Token.random()).seal(payload, 0, 1)));
  }

  @Test
  void refusesWhatIsCutOffAndWhatIsTooLongBeforeItAllocates() {
    byte[] stream = record("cut off");
    for (int length = 1; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThrows(IOException.class, () -> read(cut), length + " bytes");
    }
    IOException tooLong =
        assertThrows(IOException.class, () -> read(new byte[] {127, -1, -1, -1, 0}));
    assertTrue(tooLong.getMessage().contains("did not send"), tooLong.getMessage());
    assertThrows(IOException.class, () -> read(new byte[] {-1, -1, -1, -1, 0}));
  }
}
