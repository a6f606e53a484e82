package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "10, PT10S",
    "1.5, PT1.5S",
    "2m, PT2M",
    "1h, PT1H",
    "7D, PT168H",
    "0, PT0S",
    "999999999999d, PT23999999999976H"
  })
  void readsSecondsAndUnits(String text, Duration duration) {
    assertEquals(duration, DurationText.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "-1s", "1w", "1h30m", "PT10S", "1e3", "soon"})
  void refusesAnythingElse(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> DurationText.parse(text));
    assertTrue(refused.getMessage().startsWith("'" + text + "' is not a duration."));
  }
}
