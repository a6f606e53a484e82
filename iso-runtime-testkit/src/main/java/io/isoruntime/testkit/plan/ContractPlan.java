package io.isoruntime.testkit.plan;

import static io.isoruntime.testkit.plan.Host.GVISOR;
import static io.isoruntime.testkit.plan.Host.GVISOR_SPOILT;
import static io.isoruntime.testkit.plan.Host.IN_DOCKER;
import static io.isoruntime.testkit.plan.Host.IN_DOCKER_UNSHARED;
import static io.isoruntime.testkit.plan.Host.RUNC_ATTACHED;
import static io.isoruntime.testkit.plan.Host.RUNC_SOCKET;
import static io.isoruntime.testkit.plan.Host.RUNC_SPOILT;
import static io.isoruntime.testkit.plan.Host.RUNC_WARM;
import static io.isoruntime.testkit.plan.Host.SUBPROCESS_DELEGATED;
import static io.isoruntime.testkit.plan.Host.SUBPROCESS_ROOT;
import static io.isoruntime.testkit.plan.Host.SUBPROCESS_USER;
import static io.isoruntime.testkit.plan.Host.SUBPROCESS_WARM;
import static io.isoruntime.testkit.plan.Lane.ENGINES;
import static io.isoruntime.testkit.plan.Lane.LONG;
import static io.isoruntime.testkit.plan.Lane.PLAIN;
import static io.isoruntime.testkit.plan.Theme.CHECK;
import static io.isoruntime.testkit.plan.Theme.FILES;
import static io.isoruntime.testkit.plan.Theme.ISOLATION;
import static io.isoruntime.testkit.plan.Theme.LIFECYCLE;
import static io.isoruntime.testkit.plan.Theme.OUTCOMES;
import static io.isoruntime.testkit.plan.Theme.POLICY;
import static io.isoruntime.testkit.plan.Theme.PROGRAMS;
import static io.isoruntime.testkit.plan.Theme.TOOLS;

import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Corpus;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The table <i>theme × host</i>: which theme of the contract and which cases of the corpus run on
 * which {@link Host}, and the reason of each cell. A theme runs on a host where the host can change
 * how its tests end; it need not run twice where nothing differs. The test classes of the back-ends
 * must agree with this table, and docs/testing.md shows it.
 */
public final class ContractPlan {

  /**
   * A cell of the table.
   *
   * @param runs whether the theme runs there
   * @param reason why, or why not
   */
  public record Cell(boolean runs, String reason) {}

  private static final Map<Host, Row> ROWS = new EnumMap<>(Host.class);

  static {
    row(SUBPROCESS_ROOT, PLAIN)
        .runs("the reference: every control is in force", Theme.values())
        .corpus(PLAIN, Cases.ALL, "every control is in force");
    row(SUBPROCESS_WARM, PLAIN)
        .runs(
            "the sandbox exists before the request: its end, its files and its walls may differ",
            OUTCOMES,
            FILES,
            LIFECYCLE,
            ISOLATION)
        .runs("preloaded modules and the fork server are visible to programs", PROGRAMS, TOOLS)
        .leavesOut("decided by the supervisor before or after the sandbox", POLICY, CHECK)
        .corpus(LONG, Cases.WAITED, "the attacks that can meet a sandbox that waits");
    row(SUBPROCESS_DELEGATED, PLAIN)
        .runs("one uid for init and executor, limits of a delegated cgroup", Theme.values())
        .corpus(LONG, Cases.ALL, "the second filter is the boundary to init");
    row(SUBPROCESS_USER, PLAIN)
        .runs("no cgroup limits the program", OUTCOMES, LIFECYCLE, ISOLATION)
        .runs("the C locale, in which file names are bytes", PROGRAMS, FILES)
        .leavesOut("nothing differs from the user with a cgroup", TOOLS, POLICY, CHECK)
        .corpus(LONG, Cases.UNPROTECTED, "without a cgroup these must be refused");
    row(RUNC_SOCKET, PLAIN)
        .runs("the engine creates, limits and removes the sandbox", Theme.values())
        .corpus(ENGINES, Cases.ALL, "the engine's walls and ours");
    row(RUNC_ATTACHED, ENGINES)
        .runs("bytes pass through the engine, sealed record by record", FILES, TOOLS, LIFECYCLE)
        .leavesOut("the same container as over the socket", OUTCOMES, PROGRAMS, ISOLATION)
        .leavesOut("decided by the supervisor alone", POLICY, CHECK)
        .noCorpus("the spoilt engine's sandboxes are attached, and so are gVisor's");
    row(RUNC_WARM, ENGINES)
        .runs("the container waits, and is removed after its use", LIFECYCLE, FILES, ISOLATION)
        .leavesOut("the same container as one that is created on request", OUTCOMES, PROGRAMS)
        .leavesOut("the same channel as one that is created on request", TOOLS)
        .leavesOut("decided by the supervisor alone", POLICY, CHECK)
        .corpus(ENGINES, Cases.CHANNEL, "the channel is open while the container waits");
    row(RUNC_SPOILT, ENGINES)
        .leavesOutTheRest("the engine is there to be broken; see EngineFaultsTest")
        .corpus(ENGINES, Cases.EXPENDABLE, "these stop, starve or deceive the engine");
    row(GVISOR, ENGINES)
        .runs("another kernel, over the attached channel", Theme.values())
        .corpus(ENGINES, Cases.ALL, "another kernel");
    row(GVISOR_SPOILT, ENGINES)
        .leavesOutTheRest("the engine is there to be broken")
        .corpus(ENGINES, Cases.EXPENDABLE, "these stop, starve or deceive the engine");
    row(IN_DOCKER, ENGINES)
        .runs("paths are translated to the host's names", FILES)
        .leavesOutTheRest(
            "the same container as from outside; ContainedContract has the difference")
        .noCorpus("the same container as from outside");
    row(IN_DOCKER_UNSHARED, ENGINES)
        .runs("no path can be translated, so the channel is attached", FILES)
        .leavesOutTheRest(
            "the same container as from outside; ContainedContract has the difference")
        .noCorpus("the same container as from outside");
  }

  private ContractPlan() {}

  private static Row row(Host host, Lane lane) {
    Row row = new Row(lane);
    ROWS.put(host, row);
    return row;
  }

  private static Row row(Host host) {
    Row row = ROWS.get(host);
    if (row == null) {
      throw new IllegalStateException("The plan has no row for " + host + ".");
    }
    return row;
  }

  /** Whether a theme runs on a host, and why. */
  public static Cell cell(Theme theme, Host host) {
    Cell cell = row(host).cells.get(theme);
    if (cell == null) {
      throw new IllegalStateException("The plan has no cell for " + theme + " on " + host + ".");
    }
    return cell;
  }

  /** The themes that run on a host. */
  public static Set<Theme> themes(Host host) {
    Set<Theme> themes = EnumSet.noneOf(Theme.class);
    for (Theme theme : Theme.values()) {
      if (cell(theme, host).runs) {
        themes.add(theme);
      }
    }
    return themes;
  }

  /** The lane in which the contract runs on a host. */
  public static Lane contractLane(Host host) {
    return row(host).lane;
  }

  /** The lane in which the corpus runs on a host; where no case runs, that of the contract. */
  public static Lane corpusLane(Host host) {
    return row(host).corpusLane;
  }

  /** The reason of {@link #cases}. */
  public static String corpusReason(Host host) {
    return row(host).corpusReason;
  }

  /** Which cases of the corpus run on a host. */
  public static Cases cases(Host host) {
    return row(host).cases;
  }

  /** The cases of the corpus that run on a host, in the order of the corpus. */
  public static List<Case> corpus(Host host) {
    Cases chosen = cases(host);
    return Corpus.all().stream().filter(known -> chosen.has(known, host.platform())).toList();
  }

  /** A row that is being written: every theme gets one cell. */
  private static final class Row {
    private final Lane lane;
    private final Map<Theme, Cell> cells = new EnumMap<>(Theme.class);
    private Lane corpusLane;
    private Cases cases = Cases.NONE;
    private String corpusReason = "";

    Row(Lane lane) {
      this.lane = lane;
      this.corpusLane = lane;
    }

    Row runs(String reason, Theme... themes) {
      return put(new Cell(true, reason), themes);
    }

    Row leavesOut(String reason, Theme... themes) {
      return put(new Cell(false, reason), themes);
    }

    Row leavesOutTheRest(String reason) {
      for (Theme theme : Theme.values()) {
        cells.putIfAbsent(theme, new Cell(false, reason));
      }
      return this;
    }

    private Row put(Cell cell, Theme... themes) {
      for (Theme theme : themes) {
        if (cells.put(theme, cell) != null) {
          throw new IllegalStateException("The plan has two cells for " + theme + ".");
        }
      }
      return this;
    }

    void corpus(Lane corpusLane, Cases cases, String reason) {
      this.corpusLane = corpusLane;
      this.cases = cases;
      this.corpusReason = reason;
    }

    void noCorpus(String reason) {
      corpus(lane, Cases.NONE, reason);
    }
  }
}
