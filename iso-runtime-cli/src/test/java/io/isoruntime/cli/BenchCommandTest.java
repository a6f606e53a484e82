package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@Timeout(420)
@Tag("long")
class BenchCommandTest {

  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void tellsRatiosOfMediansAndWhatIsolated() throws Exception {
    Iso.Ran ran =
        Iso.command(RuntimeSpec::open, "", "bench", "--rounds", "2", "--drift", "6", "--json");

    assertEquals(0, ran.status(), ran.err());
    JsonNode json = new ObjectMapper().readTree(ran.out());
    for (String contender : new String[] {"warmSubprocess", "coldSubprocess", "barePython"}) {
      JsonNode samples = json.path("samples").path(contender);
      assertEquals(2, samples.path("count").asInt(), ran.out());
      assertTrue(samples.path("medianMillis").asDouble() > 0, ran.out());
      assertTrue(samples.path("p95Millis").asDouble() >= samples.path("medianMillis").asDouble());
    }
    assertEquals(
        json.path("samples").path("warmSubprocess").path("medianMillis").asDouble()
            / json.path("samples").path("barePython").path("medianMillis").asDouble(),
        json.path("warmSubprocessVsBarePython").asDouble(),
        0.01);
    for (String figure :
        new String[] {
          "throughputVsBarePython",
          "toolCallVsSocketPingPong",
          "stdoutVsRawPipe",
          "artifactsVsCopy",
          "idleSandboxPssMiB",
          "runningSandboxPssMiB"
        }) {
      assertTrue(json.path(figure).asDouble() > 0, figure + ": " + ran.out());
    }
    assertEquals(2, json.path("samples").path("toolCall").path("millis").size());
    assertTrue(json.path("perSecondByCallers").path("64").asDouble() > 0, ran.out());
    for (String axis : new String[] {"files", "mebibytes", "tools"}) {
      JsonNode sizes = json.path("growth").path(axis);
      assertEquals(1.0, sizes.path(0).path("ratio").asDouble(), axis + ": " + ran.out());
      JsonNode largest = sizes.path(sizes.size() - 1);
      assertEquals(2, largest.path("millis").size(), axis + ": " + ran.out());
    }
    assertTrue(json.path("targets").has("thousandToolsAddMillis"), ran.out());
    assertEquals(6, json.path("drift").path("executions").asInt(), ran.out());
    assertEquals(0, json.path("drift").path("left").size(), ran.out());
    assertTrue(json.path("drift").path("medianMillis").path("ratio").asDouble() > 0, ran.out());
    assertEquals(
        4.0, json.path("targets").path("toolCallVsSocketPingPong").path("atMost").asDouble());
    json.path("targets").fieldNames().forEachRemaining(key -> assertTrue(json.has(key), key));
    assertEquals("enforced", json.path("isolation").path("seccomp").asText());
    assertTrue(json.path("machine").path("cores").asInt() > 0);
    assertTrue(
        json.path("samples").has("bubblewrap") != json.path("absent").has("bubblewrap"), ran.out());
  }

  @Test
  void aHostWithoutSandboxesIsToldWithItsRemedy() {
    Iso.Ran ran =
        Iso.command(
            spec -> {
              throw new Problem(
                      ErrorCode.INTERPRETER_UNUSABLE, "No Python.", "Nothing.", "Install it.")
                  .toException();
            },
            "",
            "bench");

    assertEquals(4, ran.status());
    assertEquals("", ran.out());
    assertTrue(ran.err().contains("Install it."), ran.err());
  }

  @Test
  void oneExecutionCannotDrift() {
    Iso.Ran ran = Iso.command(RuntimeSpec::open, "", "bench", "--drift", "1");

    assertEquals(2, ran.status());
    assertTrue(ran.err().contains("'--drift': give 2 or more"), ran.err());
  }

  @Test
  void noRoundsAreAMistakeInUse() {
    Iso.Ran ran = Iso.command(RuntimeSpec::open, "", "bench", "--rounds", "0");

    assertEquals(2, ran.status());
    assertTrue(ran.err().contains("--rounds"), ran.err());
  }
}
