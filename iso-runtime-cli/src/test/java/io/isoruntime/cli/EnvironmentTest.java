package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the environment decides where the command line does not. None of it needs an engine. */
@Timeout(300)
@Tag("host")
class EnvironmentTest {
  @TempDir Path workspace;

  private static Iso.Ran iso(String name, String value, String program, String... arguments)
      throws Exception {
    return Iso.process(Map.of(name, value), program, arguments);
  }

  @Test
  void theDeploymentsTimeoutIsTheDefault() throws Exception {
    String[] arguments = Iso.runArguments("--workspace", workspace.toString());
    Iso.Ran ran = iso("PY_CODE_EXEC_TIMEOUT", "1", "while True: pass", arguments);
    assertTrue(ran.err().startsWith("✗ timed_out after 1.00 s"), ran.toString());
    assertEquals(3, ran.status());
  }

  @Test
  void aTimeoutThatIsNamedNeedsNone() throws Exception {
    String[] arguments = Iso.runArguments("--timeout", "20s", "--workspace", workspace.toString());
    Iso.Ran ran = iso("PY_CODE_EXEC_TIMEOUT", "soon", "pass", arguments);
    assertEquals(0, ran.status(), ran.err());
  }

  @ParameterizedTest
  @CsvSource({
    "PY_CODE_EXEC_TIMEOUT,soon,run,subprocess",
    "PY_CODE_EXEC_IMAGE,'',run,docker",
    "PY_CODE_EXEC_IMAGE,'',doctor,docker"
  })
  void aMalformedVariableIsNamed(String name, String value, String command, String runtime)
      throws Exception {
    Iso.Ran ran =
        iso(
            name,
            value,
            "pass",
            command,
            "--runtime=" + runtime,
            command.equals("run") ? "-" : "--json");
    assertEquals(2, ran.status(), ran.toString());
    assertEquals("", ran.out());
    assertTrue(
        ran.err().startsWith("iso " + command + ": The environment variable " + name + " is '"),
        ran.err());
  }

  @Test
  void anEngineThatIsNotThereIsToldWithItsRemedy() throws Exception {
    Iso.Ran ran =
        iso("DOCKER_HOST", "unix:///nonexistent", "pass", "run", "--json", "--runtime=docker", "-");
    assertEquals(4, ran.status(), ran.toString());
    assertEquals("", ran.err());
    JsonNode json = Json.parse(ran.out().getBytes(StandardCharsets.UTF_8));
    assertEquals("infrastructure_failed", json.get("status").textValue());
    assertEquals("ISO-ENGINE-UNREACHABLE", json.at("/error/code").textValue());
    assertTrue(json.at("/error/message").textValue().contains("/nonexistent"), ran.out());
    assertTrue(json.at("/error/remedy").textValue().contains("DOCKER_HOST"), ran.out());
    assertEquals("docker", json.at("/isolation/backend").textValue());
  }

  @Test
  void theDoctorNamesAnEngineThatIsNotThere() throws Exception {
    Iso.Ran ran =
        iso("DOCKER_HOST", "unix:///nonexistent", "", "doctor", "--json", "--runtime=docker");
    assertEquals(1, ran.status(), ran.toString());
    JsonNode json = Json.parse(ran.out().getBytes(StandardCharsets.UTF_8));
    assertEquals("docker", json.get("runtime").textValue());
    JsonNode row = Rows.named("engine", json);
    assertEquals("fail", row.get("status").textValue());
    assertTrue(row.get("detail").textValue().startsWith("ISO-ENGINE-UNREACHABLE: "), ran.out());
    assertTrue(row.get("remedy").textValue().contains("systemctl start docker"), ran.out());
    assertEquals("fail", Rows.named("trial", json).get("status").textValue());
  }
}
