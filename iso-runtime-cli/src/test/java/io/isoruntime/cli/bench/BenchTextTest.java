package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchTextTest {

  /** The rows, with what only aligns them taken away. */
  private static List<String> rows(BenchReport report) {
    return report.text().lines().map(line -> line.replaceAll(" {2,}", " | ").strip()).toList();
  }

  private static void assertRow(String expected, List<String> rows) {
    assertTrue(rows.contains(expected), () -> expected + " is none of " + rows);
  }

  @Test
  void eachContenderHasARowAndWhoIsAbsentSaysWhy() {
    List<String> rows = rows(SampleReport.of());
    assertEquals("2 cores, Linux 6.1, Java 17.0.15, Python 3.11.7", rows.get(0));
    assertRow("iso, a sandbox that is ready | 9.00 ms | 30.00 ms", rows);
    assertRow("python3 -c pass, not isolated | 90.00 ms | 95.00 ms", rows);
    assertRow("bubblewrap | absent: bwrap is not there", rows);
    assertRow("runningSandboxPssMiB | absent: not readable", rows);
    assertEquals(1, rows.stream().filter(row -> row.contains("bwrap")).count());
  }

  @Test
  void eachFigureStandsBesideItsTarget() {
    List<String> rows = rows(SampleReport.of());
    assertRow("warmSubprocessVsBarePython | 0.100 | at most 0.15: met", rows);
    assertRow("idleSandboxPssMiB | 12.500 | at most 4.00: missed", rows);
    assertRow("thousandToolsAddMillis | 4.000 | at most 5.00: met", rows);
    assertRow("otherMiB | 13.063", rows);
    assertRow("a second, all cores busy: iso, a sandbox that is ready | 21.3", rows);
    assertRow("a second, ours, callers: 64 | 19.5", rows);
    assertRow("the first execution of this JVM | 812 ms", rows);
    assertEquals("isolation of ours: seccomp enforced", rows.get(rows.size() - 1));
  }

  @Test
  void whatGrowsIsTableOfSizes() {
    List<String> rows = rows(SampleReport.of());
    int head = rows.indexOf("tools in the registry | median | p95 | ratio");
    assertEquals(
        List.of("1 | 8.00 ms | 10.00 ms | 1.000", "1000 | 12.00 ms | 40.00 ms | 1.500"),
        rows.subList(head + 1, head + 3));
  }

  @Test
  void driftIsToldIfItWasAskedFor() {
    assertFalse(SampleReport.of().text().contains("left behind"));
    List<String> rows = rows(SampleReport.of().with(SampleReport.DRIFT));
    assertRow("10 executions, one after the other | median | p95", rows);
    assertRow("the first 3 | 8.00 ms | 9.00 ms", rows);
    assertRow("the last 3 | 10.00 ms | 12.00 ms", rows);
    assertRow("heap after garbage collection, MiB | 2.000 | 3.000", rows);
    assertRow("threads | 30 | 31", rows);
    assertRow("descriptors | 40 | 41", rows);
    assertRow("left behind | nothing", rows);
  }

  @Test
  void whatIsLeftIsNamed() {
    Drift drift = SampleReport.DRIFT;
    Drift careless =
        new Drift(
            10,
            drift.first(),
            drift.last(),
            drift.before(),
            drift.after(),
            Set.of("a thread: iso-2", "a cgroup: iso-1"));
    assertRow(
        "left behind | a cgroup: iso-1; a thread: iso-2", rows(SampleReport.of().with(careless)));
  }
}
