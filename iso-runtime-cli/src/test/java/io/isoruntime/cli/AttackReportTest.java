package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoruntime.Control;
import io.isoruntime.conformance.CaseReport;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Finding;
import io.isoruntime.conformance.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttackReportTest {

  private static CaseReport report(String id, Verdict verdict, String evidence) {
    return new CaseReport(
        Corpus.of(id).orElseThrow(), new Finding(verdict, evidence), Duration.ofMillis(12));
  }

  private static AttackReport oneOfEach() {
    AttackReport report = new AttackReport("docker", Set.of(Control.PIDS));
    report.add(report("R1", Verdict.REFUSED, "ISO-ISOLATION-INCOMPLETE: no pids"));
    report.add(report("K8", Verdict.HELD, "denied"));
    report.add(report("K9", Verdict.FAILED, "worked: AF_ALG"));
    report.add(report("K10", Verdict.VACUOUS, "no AF_VSOCK"));
    report.add(report("K11", Verdict.NOT_APPLICABLE, "no"));
    report.add(report("K12", Verdict.LEFT_OUT, "stops the engine"));
    return report;
  }

  @Test
  void theJsonCountsEachVerdictAndNamesWhatWasLeftOut() throws IOException {
    JsonNode json = new ObjectMapper().readTree(oneOfEach().json());

    assertEquals("docker", json.path("runtime").asText());
    for (String count : new String[] {"held", "failed", "refused", "vacuous", "notApplicable"}) {
      assertEquals(1, json.path(count).asInt(-1), count);
    }
    assertEquals("[\"K12\"]", json.path("leftOut").toString());
    assertEquals("[\"pids\"]", json.path("missingControls").toString());
    assertEquals(6, json.path("cases").size());
    JsonNode first = json.path("cases").path(0);
    assertEquals("R1", first.path("id").asText());
    assertEquals("refused", first.path("verdict").asText());
    assertEquals("ISO-ISOLATION-INCOMPLETE: no pids", first.path("evidence").asText());
    assertEquals(12, first.path("millis").asInt());
    assertFalse(first.path("title").asText().isEmpty());
    assertEquals("not_applicable", json.path("cases").path(4).path("verdict").asText());
  }

  @Test
  void theTableEndsWithTotalsAndWhatThisHostCannotHave() {
    String totals = oneOfEach().totals(false);

    assertTrue(totals.startsWith("This host can't have pids"), totals);
    assertTrue(
        totals.endsWith(
            "✗ 1 held, 1 failed, 1 refused, 1 vacuous, 1 not applicable, 1 left out: K12\n"),
        totals);
  }

  @Test
  void aRowIsOneLineWhateverTheEvidenceHolds() {
    String row = AttackReport.row(report("K8", Verdict.FAILED, "a\n\033[2Jb"), false);

    assertTrue(row.startsWith("✗ K8   failed"), row);
    assertEquals(1, row.lines().count());
    assertFalse(row.contains("\033"), row);
  }

  @Test
  void onlyAFailedRowShowsAllOfItsEvidence() {
    String evidence = "x".repeat(1_000);

    assertTrue(AttackReport.row(report("K8", Verdict.FAILED, evidence), false).contains(evidence));
    assertFalse(AttackReport.row(report("K8", Verdict.HELD, evidence), false).contains(evidence));
  }

  @Test
  void noFailureIsASuccess() {
    AttackReport report = new AttackReport("subprocess", Set.of());
    report.add(report("K8", Verdict.HELD, "denied"));

    assertEquals(0, report.failed());
    assertTrue(report.totals(false).startsWith("✓ 1 held, 0 failed"), report.totals(false));
  }
}
