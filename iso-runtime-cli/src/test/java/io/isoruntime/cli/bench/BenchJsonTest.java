package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchJsonTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static JsonNode json(BenchReport report) throws Exception {
    return MAPPER.readTree(report.json());
  }

  @Test
  void itIsOneLineWithStableKeys() throws Exception {
    assertEquals(1, SampleReport.of().json().lines().count());
    List<String> keys = new ArrayList<>();
    json(SampleReport.of()).fieldNames().forEachRemaining(keys::add);
    assertEquals(
        List.of(
            "machine",
            "rounds",
            "warmSubprocessVsBarePython",
            "idleSandboxPssMiB",
            "thousandToolsAddMillis",
            "otherMiB",
            "targets",
            "samples",
            "perSecond",
            "perSecondByCallers",
            "growth",
            "firstExecutionMillis",
            "absent",
            "isolation"),
        keys);
  }

  @Test
  void figuresHaveTheirTargetsBesideThem() throws Exception {
    JsonNode json = json(SampleReport.of());
    assertEquals(0.1, json.path("warmSubprocessVsBarePython").asDouble());
    assertEquals(
        MAPPER.readTree("{\"atMost\":4.0,\"met\":false}"),
        json.path("targets").path("idleSandboxPssMiB"));
    assertTrue(json.path("targets").path("thousandToolsAddMillis").path("met").asBoolean());
    assertFalse(json.path("targets").has("otherMiB"));
    assertEquals("bwrap is not there", json.path("absent").path("bubblewrap").asText());
    assertFalse(json.path("samples").has("bubblewrap"));
    assertEquals("enforced", json.path("isolation").path("seccomp").asText());
  }

  @Test
  void growthTellsEachSizeFromTheSmallestOn() throws Exception {
    assertEquals(
        MAPPER.readTree(
            """
            {"tools": [
              {"size": 1, "ratio": 1.0, "medianMillis": 8.0, "p95Millis": 10.0, "count": 3,
               "millis": [8.0, 8.0, 10.0]},
              {"size": 1000, "ratio": 1.5, "medianMillis": 12.0, "p95Millis": 40.0, "count": 3,
               "millis": [11.0, 12.0, 40.0]}]}
            """),
        json(SampleReport.of()).path("growth"));
  }

  @Test
  void driftTellsBothEnds() throws Exception {
    assertEquals(
        MAPPER.readTree(
            """
            {"executions": 10, "window": 3,
             "medianMillis": {"first": 8.0, "last": 10.0, "ratio": 1.25},
             "p95Millis": {"first": 9.0, "last": 12.0, "ratio": 1.333},
             "heapBytes": {"before": 2097152, "after": 3145728},
             "threads": {"before": 30, "after": 31},
             "descriptors": {"before": 40, "after": 41},
             "left": []}
            """),
        json(SampleReport.of().with(SampleReport.DRIFT)).path("drift"));
  }
}
