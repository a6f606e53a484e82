package io.isoruntime.supervisor.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LastWordsTest {
  private final LastWords words = new LastWords(10);

  private void say(String text) {
    byte[] bytes = (text + "unread").getBytes(StandardCharsets.UTF_8);
    words.hear(bytes, bytes.length - "unread".length());
  }

  @Test
  void holdsWhatWasSaidInPieces() {
    say(" a b");
    say("c\n");
    assertEquals("a bc", words.text());
  }

  @Test
  void holdsTheEndOfWhatIsTooMuch() {
    say("x".repeat(1_000));
    say("the end");
    assertEquals("xxxthe end", words.text());
  }
}
