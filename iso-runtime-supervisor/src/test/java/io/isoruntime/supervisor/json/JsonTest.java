package io.isoruntime.supervisor.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "[NaN]",
        "[1e9999]",
        "[-1e9999]",
        "{'a':1}",
        "[01]",
        "\u0000",
        "[\"\u0000\"]"
      })
  void refuses(String text) {
    assertThrows(IOException.class, () -> Json.parse(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void refusesWhatIsTooDeepWithoutOverflowingTheStack() {
    byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
    assertThrows(IOException.class, () -> Json.parse(deep));
  }

  @Test
  void keepsIntegersOfAnySize() throws IOException {
    byte[] big = ("[" + "9".repeat(100) + "]").getBytes(StandardCharsets.US_ASCII);
    assertEquals("[" + "9".repeat(100) + "]", Json.text(Json.parse(big)));
  }
}
