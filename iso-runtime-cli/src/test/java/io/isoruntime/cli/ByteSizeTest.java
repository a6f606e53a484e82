package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "4096b, 4096",
    "64k, 65536",
    "64KiB, 65536",
    "512m, 536870912",
    "512 MB, 536870912",
    "512Mi, 536870912",
    "1g, 1073741824",
    "1.5g, 1610612736",
    "2t, 2199023255552"
  })
  void readsBytesAndBinaryUnits(String text, long bytes) {
    assertEquals(bytes, ByteSize.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "m", "-1", "1x", "1mm", "1e9", "0x10", "1.5", "9999999t", "１k"})
  void refusesAnythingElseAndShowsAnExample(String text) {
    TypeConversionException refused =
        assertThrows(TypeConversionException.class, () -> ByteSize.parse(text));
    assertTrue(refused.getMessage().contains("such as 512m"), refused.getMessage());
  }

  @Test
  void quotesWhatItRefuses() {
    assertTrue(
        assertThrows(TypeConversionException.class, () -> ByteSize.parse("lots"))
            .getMessage()
            .startsWith("'lots' is not a size."));
  }
}
