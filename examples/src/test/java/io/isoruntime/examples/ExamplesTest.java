package io.isoruntime.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.Control;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolRegistryProvider;
import io.isoruntime.examples.WeatherTools.DaylightQuery;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class ExamplesTest {
  private static final Path WEATHER = Path.of("weather");

  @TempDir Path root;

  @Test
  void theAnalysisOfFourYearsOfWeatherFindsWhatTheTableSays() throws Exception {
    ExecutionResult result;
    try (Runtime runtime = runtime()) {
      result =
          EmbeddingExample.analyse(
              runtime, WEATHER.resolve("analysis.py"), WEATHER.resolve("seattle-weather.csv"));
    }

    assertTrue(result.isCompleted(), () -> result + " " + result.stderr().text());
    assertEquals(
        Map.of(
            "station",
            "USW00024233",
            "days",
            1461L,
            "rainy_days",
            623L,
            "rain_inches_a_year",
            43.56,
            "wettest_month",
            "Nov",
            "hottest_day",
            "2014-08-11",
            "hottest_fahrenheit",
            96.1,
            "correlation_of_daylight_and_high",
            0.767),
        result.result());
    assertEquals(
        """
        1461 days at Seattle-Tacoma Airport, 47.4444° north
        asked in vain: NO_STATION
        43.56 inches of rain a year, most of it in Nov
        hottest: 2014-08-11 with 96.1 °F
        """,
        result.stdout().text());
    assertEquals(
        List.of("climate.svg", "monthly.csv"),
        result.artifacts().stream().map(Artifact::path).sorted().toList());
    assertEquals(
        13, Files.readAllLines(result.workspace().resolve("out/files/monthly.csv")).size());
    assertNotNull(
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(result.workspace().resolve("out/files/climate.svg").toFile()));
    assertEquals(
        List.of(
            ToolCallStatus.OK,
            ToolCallStatus.FAILED,
            ToolCallStatus.OK,
            ToolCallStatus.OK,
            ToolCallStatus.OK),
        result.toolCalls().stream()
            .sorted((a, b) -> Long.compare(a.id(), b.id()))
            .map(ToolCall::status)
            .toList());
  }

  /** Strict as root; an ordinary user without a cgroup waives what it can't have. */
  private Runtime runtime() {
    SubprocessRuntime.Builder builder = SubprocessRuntime.builder().workspaceRoot(root);
    if (!"root".equals(System.getProperty("user.name"))) {
      builder.allowDegraded(
          Arrays.stream(Control.values()).filter(Control::waivable).toArray(Control[]::new));
    }
    return builder.build();
  }

  @Test
  void theToolsAreFoundByServiceLoader() {
    assertTrue(
        ServiceLoader.load(ToolRegistryProvider.class).stream()
            .anyMatch(provider -> provider.type() == WeatherTools.class));
  }

  @Test
  void daylightAgreesWithTheAlmanac() {
    double[] hours =
        WeatherTools.daylight(new DaylightQuery(47.4444, List.of("2012-06-21", "2012-12-21")));

    assertEquals(15.98, hours[0], 0.05); // 15 h 59 min
    assertEquals(8.42, hours[1], 0.05); // 8 h 25 min
  }
}
