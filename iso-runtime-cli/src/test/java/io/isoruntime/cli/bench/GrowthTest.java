package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GrowthTest {

  static Growth of(GrowthAxis axis, Map<Integer, Samples> samples) {
    return new Growth(axis, new TreeMap<>(samples));
  }

  @Test
  void ratiosAreOfMediansToTheSmallestSize() {
    Growth growth =
        of(GrowthAxis.FILES, Map.of(1, SamplesTest.of(9, 10, 11), 100, SamplesTest.of(10, 25, 90)));
    assertEquals(1, growth.ratio(1));
    assertEquals(2.5, growth.ratio(100));
    assertThrows(IllegalArgumentException.class, () -> growth.ratio(1_000));
  }

  @Test
  void aThousandToolsAreToldByWhatTheyAddToOne() {
    Growth files = of(GrowthAxis.FILES, Map.of(1, SamplesTest.of(1), 1_000, SamplesTest.of(100)));
    Growth tools =
        of(
            GrowthAxis.TOOLS,
            Map.of(1, SamplesTest.of(8), 100, SamplesTest.of(9), 1_000, SamplesTest.of(12)));
    assertEquals(
        Optional.of(new Figure("thousandToolsAddMillis", 4, 5, true)),
        Growth.thousandTools(List.of(files, tools)));
    assertEquals(Optional.empty(), Growth.thousandTools(List.of(files)));
    assertEquals(
        Optional.empty(),
        Growth.thousandTools(List.of(of(GrowthAxis.TOOLS, Map.of(1, SamplesTest.of(8))))));
  }
}
