package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.cli.doctor.Row;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorReportTest {
  private static final Row GOOD = new Row("kernel", true, "6.1", Optional.empty());
  private static final Row BAD =
      new Row("isolation.pids", false, "no\033[2J limit", Optional.of("Do x."));

  @Test
  void jsonHasRuntimeVerdictAndRows() {
    assertEquals(
        """
        {"runtime":"subprocess","ok":false,"rows":[\
        {"name":"kernel","status":"pass","detail":"6.1","remedy":null},\
        {"name":"isolation.pids","status":"fail","detail":"no\\u001B[2J limit","remedy":"Do x."}]}
        """,
        DoctorReport.json("subprocess", List.of(GOOD, BAD)));
    assertTrue(DoctorReport.json("subprocess", List.of(GOOD)).contains("\"ok\":true"));
  }

  @Test
  void theTableAlignsAndPutsTheRemedyBeneath() {
    assertEquals(
        """
        ✓ kernel          6.1
        ✗ isolation.pids  no\\x1b[2J limit
                          → Do x.
        1 of 2 rows failed; → tells what to do.
        """,
        DoctorReport.table(List.of(GOOD, BAD), false));
  }

  @Test
  void aHostWithoutFaultsIsReady() {
    assertTrue(DoctorReport.table(List.of(GOOD), false).endsWith("\nThis host is ready.\n"));
    assertFalse(DoctorReport.isWell(List.of(GOOD, BAD)));
  }
}
