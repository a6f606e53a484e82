package io.isoruntime.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HostSpeedTest {
  private static final Duration TIME = Duration.ofSeconds(3);

  @Test
  void nothingChangesOnTheUsualHostAndOnFasterOnes() {
    for (int millis : new int[] {0, 50, 200}) {
      HostSpeed speed = HostSpeed.of(Duration.ofMillis(millis));
      assertEquals(HostSpeed.USUAL, speed);
      assertEquals(TIME, speed.allow(TIME));
      assertEquals(Duration.ofSeconds(20), speed.limits().wallTime());
    }
  }

  @Test
  void timesGrowAsTheWorkTakesLonger() {
    HostSpeed speed = HostSpeed.of(Duration.ofMillis(500));
    assertEquals(Duration.ofMillis(7_500), speed.allow(TIME));
    assertEquals(Duration.ofSeconds(50), speed.limits().wallTime());
    assertEquals(
        HostSpeed.USUAL.limits().startTime().multipliedBy(5).dividedBy(2),
        speed.limits().startTime());
  }

  @Test
  void theyGrowTwentyfoldAtMost() {
    assertEquals(Duration.ofSeconds(60), HostSpeed.of(Duration.ofHours(1)).allow(TIME));
  }

  @Test
  void noTimeIsEverShortened() {
    assertThrows(IllegalArgumentException.class, () -> new HostSpeed(0.9));
    assertThrows(IllegalArgumentException.class, () -> new HostSpeed(Double.NaN));
  }
}
