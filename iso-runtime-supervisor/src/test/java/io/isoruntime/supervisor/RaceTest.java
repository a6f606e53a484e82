package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * H5: whatever happens to an execution at once, there is one outcome and nothing is left. Each
 * schedule is told by its number; {@code -Diso.race=N} runs one alone.
 */
@Tag("once") // on virtual time, and RealRaceTest races on both JDKs
@Timeout(900)
class RaceTest {
  private static final List<Set<RaceEvent>> RACES = RaceEvent.races();

  @TempDir Path root;

  private int abandoned;

  private Race race(int number) {
    return new Race(RACES.get(number % RACES.size()), number, root.resolve("w" + number));
  }

  private String run(int number) {
    Race race = race(number);
    try {
      String outcome = race.run();
      abandoned += race.hasAbandoned() ? 1 : 0;
      return outcome;
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "schedule "
              + number
              + " (-Diso.race="
              + number
              + ") of "
              + RACES.get(number % RACES.size())
              + ":\n"
              + String.join("\n", race.trace()),
          e);
    }
  }

  @Test
  void endsEveryRaceInOneOutcomeAndLeavesNothing() {
    Integer only = Integer.getInteger("iso.race");
    if (only != null) {
      run(only);
      return;
    }
    int rounds = Boolean.getBoolean("iso.soak") ? 20_000 : 1_000;
    Set<String> outcomes = new HashSet<>();
    for (int number = 0; number < rounds; number++) {
      outcomes.add(run(number));
    }
    assertTrue(abandoned < rounds / 100, "tools were not interrupted"); // some by a host that halts
    assertEquals(
        RaceEvent.outcomes(EnumSet.allOf(RaceEvent.class)), outcomes, "some event never won");
  }

  /** Nearly every one: where the host halts between two steps, what waits meanwhile may differ. */
  @Test
  void replaysAScheduleFromItsNumber() {
    int replayed = 0;
    for (int number = 0; number < 20; number++) {
      Race first = race(number);
      Race second = new Race(RACES.get(number), number, root.resolve("again" + number));
      List<String> told = trace(first);
      assertTrue(told.size() > 20, "it was no race");
      replayed += told.equals(trace(second)) ? 1 : 0;
    }
    assertTrue(replayed >= 16, "of 20 schedules only " + replayed + " were replayed");
  }

  private static List<String> trace(Race race) {
    try {
      race.run();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    return race.trace();
  }
}
