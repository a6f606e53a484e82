package io.isoruntime.supervisor.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.OutputText;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CappedOutputTest {

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void keepsAllOfAShortStream() {
    CappedOutput output = new CappedOutput(10);
    output.write(ascii("hello"));
    output.write(ascii("world"));
    assertEquals(new OutputText("helloworld", 10, false), output.text());
  }

  @Test
  void keepsHeadAndTailOfALongOneHoweverItIsCut() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int cap = 2 + random.nextInt(40);
      StringBuilder all = new StringBuilder();
      CappedOutput output = new CappedOutput(cap);
      for (int piece = random.nextInt(12); piece > 0; piece--) {
        String text = "abcdefghijklmnopqrstuvwxyz0123456789".substring(random.nextInt(36));
        all.append(text);
        output.write(ascii(text));
      }
      OutputText text = output.text();
      assertEquals(all.length(), text.totalBytes());
      if (all.length() <= cap) {
        assertEquals(all.toString(), text.text());
        assertFalse(text.truncated());
      } else {
        int head = cap / 2;
        assertTrue(text.truncated());
        assertEquals(
            all.substring(0, head)
                + "\n[… "
                + (all.length() - cap)
                + " bytes dropped …]\n"
                + all.substring(all.length() - (cap - head)),
            text.text());
      }
    }
  }

  @Test
  void splitsNoCharacterWhereItCuts() {
    CappedOutput output = new CappedOutput(10);
    output.write("ééééééééé".getBytes(StandardCharsets.UTF_8));
    assertEquals("éé\n[… 8 bytes dropped …]\néé", output.text().text());
  }

  @Test
  void replacesWhatIsNotUtf8() {
    CappedOutput output = new CappedOutput(100);
    output.write(new byte[] {'a', (byte) 0xff, 'b'});
    assertEquals("a\ufffdb", output.text().text());
  }

  @Test
  void decodesAStreamWithoutSplittingACharacter() {
    Utf8Decoder decoder = new Utf8Decoder();
    byte[] euro = "x€".getBytes(StandardCharsets.UTF_8);
    assertEquals("x", decoder.decode(new byte[] {euro[0], euro[1]}));
    assertEquals("", decoder.decode(new byte[] {euro[2]}));
    assertEquals("€", decoder.decode(new byte[] {euro[3]}));
    assertEquals("\ufffdz", decoder.decode(new byte[] {(byte) 0xe2, 'z'}));
  }
}
