package io.isoruntime.cli.bench;

import io.isoruntime.Control;
import io.isoruntime.IsolationReport;
import io.isoruntime.conformance.SoakReport;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A report with one of everything, and figures that one can reckon with. */
final class SampleReport {
  static final Drift DRIFT =
      new Drift(
          10,
          SamplesTest.of(4, 8, 9),
          SamplesTest.of(5, 10, 12),
          new SoakReport.Figures(2 << 20, 30, 40),
          new SoakReport.Figures(3 << 20, 31, 41),
          Set.of());

  private SampleReport() {}

  static BenchReport of() {
    return new BenchReport(
        new BenchReport.Machine(2, "6.1", "17.0.15", "3.11.7"),
        3,
        List.of(
            contender("warmSubprocess", "iso, a sandbox that is ready"),
            contender("barePython", "python3 -c pass, not isolated"),
            contender("bubblewrap", "bubblewrap")),
        Map.of(
            "warmSubprocess", SamplesTest.of(8, 9, 30), "barePython", SamplesTest.of(80, 90, 95)),
        Map.of("bubblewrap", "bwrap is not there", "runningSandboxPssMiB", "not readable"),
        Map.of("warmSubprocess", 21.25),
        Map.of("64", 19.5),
        List.of(new Figure("idleSandboxPssMiB", 12.5, 4, true)),
        Map.of("otherMiB", 13.0625),
        List.of(
            GrowthTest.of(
                GrowthAxis.TOOLS,
                Map.of(1, SamplesTest.of(8, 8, 10), 1_000, SamplesTest.of(11, 12, 40)))),
        null,
        812,
        new IsolationReport(
            "subprocess",
            "unix-socket",
            List.of(
                new IsolationReport.Reading(
                    Control.SECCOMP, IsolationReport.State.ENFORCED, "mode 2"))));
  }

  private static Contender contender(String name, String title) {
    return new CommandContender(name, title, List.of("true"));
  }
}
