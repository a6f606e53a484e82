package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FigureTest {

  @Test
  void aBoundIsAnUpperOrALowerOne() {
    assertTrue(new Figure("a", 2, 2, true).isMet());
    assertFalse(new Figure("a", 2.1, 2, true).isMet());
    assertTrue(new Figure("a", 2, 2, false).isMet());
    assertFalse(new Figure("a", 1.9, 2, false).isMet());
  }

  @Test
  void aRatioIsOfMediansAndAbsentWithoutOneOfThem() {
    Map<String, Samples> samples =
        Map.of("mine", SamplesTest.of(3, 4, 100), "other", SamplesTest.of(1, 8, 9));
    assertEquals(
        Optional.of(new Figure("key", 0.5, 0.15, true)),
        new Ratio("key", "mine", "other", 0.15, true).of(samples));
    assertEquals(Optional.empty(), new Ratio("key", "mine", "none", 1, true).of(samples));
  }

  @Test
  void whatIsComparedAsThroughputIsTheOtherWayRound() {
    Map<String, Samples> samples =
        Map.of("rawPipe", SamplesTest.of(10), "stdout", SamplesTest.of(40));
    List<Figure> told = Ratio.ALL.stream().flatMap(ratio -> ratio.of(samples).stream()).toList();
    assertEquals(List.of(new Figure("stdoutVsRawPipe", 0.25, 0.5, false)), told);
  }
}
