package io.isoruntime.supervisor.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
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

  /** Overlong, a surrogate, a byte that never occurs, UTF-16: Jackson alone would take three. */
  @ParameterizedTest
  @ValueSource(strings = {"5b22c080225d", "5b22eda080225d", "5b22ff225d", "005b0031005d"})
  void takesNothingButUtf8(String hex) {
    byte[] text = HexFormat.of().parseHex(hex);
    assertThrows(IOException.class, () -> Json.parse(text));
    assertThrows(IOException.class, () -> Json.plain(text));
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
