package io.isoruntime;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What was in force when the program started, read from inside the sandbox and from the host, never
 * from the request. Immutable.
 *
 * @param backend such as {@code subprocess}
 * @param channel such as {@code unix-socket}
 * @param controls one reading for each {@link Control}; empty when no sandbox was made
 */
public record IsolationReport(String backend, String channel, List<Reading> controls) {

  /** Copies the list. */
  public IsolationReport {
    controls = List.copyOf(controls);
  }

  /** The report of an execution that never had a sandbox. */
  public static IsolationReport none(String backend) {
    return new IsolationReport(backend, "none", List.of());
  }

  /** The controls that were not in force, because the embedder waived them. */
  public Set<Control> waived() {
    Set<Control> waived = EnumSet.noneOf(Control.class);
    for (Reading reading : controls) {
      if (reading.state() == State.WAIVED) {
        waived.add(reading.control());
      }
    }
    return waived;
  }

  /**
   * What was found of one control.
   *
   * @param control which
   * @param state what the finding means
   * @param evidence what was seen, such as {@code CapEff=0}
   */
  public record Reading(Control control, State state, String evidence) {}

  /** What a finding means. */
  public enum State {
    /** In force, by evidence. */
    ENFORCED,
    /** Not in force, and the embedder accepted that. */
    WAIVED,
    /** Not in force: the sandbox was refused. */
    MISSING
  }
}
