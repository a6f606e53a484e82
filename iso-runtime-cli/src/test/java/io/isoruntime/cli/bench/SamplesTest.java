package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class SamplesTest {

  static Samples of(long... millis) {
    Samples samples = new Samples();
    for (long one : millis) {
      samples.add(one * 1_000_000);
    }
    return samples;
  }

  @Test
  void percentilesAreOfTheNearestRank() {
    Samples samples = of(9, 1, 8, 2, 7, 3, 6, 4, 5, 10);
    assertEquals(5, samples.median());
    assertEquals(10, samples.percentile(95));
    assertEquals(1, samples.percentile(1));
    assertEquals(9, samples.percentile(90));
  }

  @Test
  void oneSampleIsAllPercentiles() {
    assertEquals(3, of(3).median());
    assertEquals(3, of(3).percentile(95));
  }

  @Test
  void noSampleHasNoMedian() {
    assertThrows(IllegalStateException.class, () -> of().median());
  }
}
