package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class WallClockTest {
  private long now;
  private long rings = -1;
  private CompletableFuture<Void> timer = new CompletableFuture<>();

  private Future<?> in(long nanos) {
    assertTrue(rings < 0 || timer.isCancelled(), "two timers at once");
    rings = now + nanos;
    timer = new CompletableFuture<>();
    return timer;
  }

  private WallClock clock(long allowed, long atMost) {
    WallClock clock =
        new WallClock(Duration.ofNanos(allowed), Duration.ofNanos(atMost), this::in, () -> now);
    clock.start();
    return clock;
  }

  @Test
  void itRingsWhenTheLimitIsReached() {
    clock(100, 0);
    assertEquals(100, rings);
  }

  @Test
  void whileItStandsStillNoTimeIsUsedUp() {
    WallClock clock = clock(100, 1_000);
    now = 30;
    clock.stop();
    now = 230;
    clock.goOn();
    assertEquals(300, rings);
  }

  @Test
  void waitsAtTheSameTimeCountOnce() {
    WallClock clock = clock(100, 1_000);
    now = 10;
    clock.stop();
    now = 20;
    clock.stop();
    now = 30;
    clock.goOn();
    now = 60;
    clock.goOn();
    assertEquals(150, rings);
  }

  /** However often, and however long, the program has somebody asked. */
  @Test
  void theProgramLivesNoLongerThanTheLimitAndTheBound() {
    WallClock clock = clock(100, 50);
    for (now = 0; now < 149; now += 3) {
      clock.stop();
      now += 5;
      clock.goOn();
      assertTrue(rings <= 150, () -> "it rings at " + rings);
    }
    assertEquals(150, rings);
  }

  @Test
  void aWaitThatDoesNotEndIsCutByTheBound() {
    WallClock clock = clock(100, 50);
    now = 40;
    clock.stop();
    assertEquals(150, rings);
  }

  @Test
  void onceClosedItNeverRings() {
    WallClock clock = clock(100, 50);
    clock.close();
    assertTrue(timer.isCancelled());
    clock.stop();
    clock.goOn();
    assertTrue(timer.isCancelled());
  }
}
