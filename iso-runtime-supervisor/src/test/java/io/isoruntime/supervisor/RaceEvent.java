package io.isoruntime.supervisor;

import io.isoruntime.ErrorCode;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What can happen to an execution at any moment, and the outcomes that it may have by that. */
enum RaceEvent {
  COMPLETION("completed"),
  TIMEOUT("timed_out"),
  CANCEL("cancelled"),
  MEMORY("limit_exceeded " + Limit.MEMORY),
  CPU("limit_exceeded " + Limit.CPU),
  CHANNEL_LOSS("infrastructure_failed " + ErrorCode.CHANNEL_LOST),
  VIOLATION("code_failed " + ErrorCode.TOOL_PROTOCOL),
  BROKEN_FRAME("infrastructure_failed " + ErrorCode.CHANNEL_LOST),
  CLOSE("cancelled"),
  START_EXPIRY("infrastructure_failed " + ErrorCode.SANDBOX_START_TIMEOUT),
  TOOL_CALL(null);

  private final String outcome;

  RaceEvent(String outcome) {
    this.outcome = outcome;
  }

  /** All pairs and triples. */
  static List<Set<RaceEvent>> races() {
    List<Set<RaceEvent>> races = new ArrayList<>();
    for (RaceEvent one : values()) {
      for (RaceEvent two : values()) {
        for (RaceEvent three : values()) {
          if (one.compareTo(two) < 0 && two.compareTo(three) <= 0) {
            races.add(EnumSet.of(one, two, three));
          }
        }
      }
    }
    return races;
  }

  /** Whether the program comes to its own end, as it must where nothing else ends it for sure. */
  static boolean completes(Set<RaceEvent> race) {
    return race.contains(COMPLETION) || EnumSet.of(START_EXPIRY, TOOL_CALL).containsAll(race);
  }

  /** How the execution may end. */
  static Set<String> outcomes(Set<RaceEvent> race) {
    Set<String> outcomes =
        race.stream()
            .filter(event -> event.outcome != null)
            .map(event -> event.outcome)
            .collect(Collectors.toSet());
    if (completes(race)) {
      outcomes.add(COMPLETION.outcome);
    }
    return outcomes;
  }

  /** An outcome as those of {@link #outcomes}. */
  static String label(Outcome outcome) {
    if (outcome instanceof Outcome.LimitExceeded exceeded) {
      return outcome.status() + " " + exceeded.limit();
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return outcome.status() + " " + failed.problem().code();
    } else if (outcome instanceof Outcome.CodeFailed failed) {
      return outcome.status() + " " + failed.error().code();
    } else {
      return outcome.status();
    }
  }
}
