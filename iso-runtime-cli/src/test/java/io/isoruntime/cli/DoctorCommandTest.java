package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.Control;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The doctor on this very host. */
@Tag("host")
class DoctorCommandTest {
  private static Iso.Ran doctor(String... options) {
    List<String> arguments = new ArrayList<>(List.of("doctor"));
    arguments.addAll(List.of(options));
    return Iso.command(RuntimeSpec::open, "", arguments.toArray(String[]::new));
  }

  private static List<JsonNode> rows(Iso.Ran ran) throws IOException {
    JsonNode json = Json.parse(ran.out().getBytes(StandardCharsets.UTF_8));
    assertEquals("subprocess", json.get("runtime").textValue());
    assertEquals(ran.status() == 0, json.get("ok").booleanValue());
    return Rows.of(json);
  }

  @Test
  void examinesEveryControlByATrial() throws IOException {
    Iso.Ran ran = doctor("--json");
    assertEquals("", ran.err());
    List<String> names = rows(ran).stream().map(row -> row.get("name").textValue()).toList();
    Arrays.stream(Control.values())
        .map(control -> "isolation." + control.label())
        .forEach(name -> assertTrue(names.contains(name), name));
    assertTrue(names.containsAll(List.of("interpreter", "trial", "isolation.credentials")));
  }

  @Test
  void whatFailsHasARemedyAndWhatPassesHasNone() throws IOException {
    for (JsonNode row : rows(doctor("--json"))) {
      boolean passed = row.get("status").textValue().equals("pass");
      assertEquals(passed, row.get("remedy").isNull(), row.toString());
      // What an ordinary user can't have is for root to find; all else must hold here.
      String name = row.get("name").textValue();
      boolean waivable =
          Arrays.stream(Control.values())
              .anyMatch(
                  control -> control.waivable() && name.equals("isolation." + control.label()));
      assertTrue(passed || (waivable && !Iso.isRoot()), row.toString());
    }
  }

  @Test
  void theTableEndsWithTheVerdict() {
    Iso.Ran ran = doctor();
    assertEquals(Iso.isRoot() ? 0 : 1, ran.status(), ran.out());
    assertTrue(ran.out().startsWith("✓ operating-system  "), ran.out());
    assertTrue(
        ran.out().endsWith(Iso.isRoot() ? "This host is ready.\n" : "tells what to do.\n"),
        ran.out());
  }

  @Test
  void aMissingInterpreterFailsItsRow() throws IOException {
    Iso.Ran ran = doctor("--json", "--python", "/absent/python");
    assertEquals(1, ran.status());
    JsonNode row =
        rows(ran).stream()
            .filter(found -> found.get("name").textValue().equals("interpreter"))
            .findAny()
            .orElseThrow();
    assertEquals("fail", row.get("status").textValue());
    assertTrue(row.get("detail").textValue().contains("/absent/python"), row.toString());
  }

  @Test
  void saysWhenItCannotSpeak() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(InputStream.nullInputStream(), full, err, false, false, false);
    int status = new IsoCommand(streams, RuntimeSpec::open).execute("doctor", "--json");
    assertEquals(4, status);
    assertEquals(
        "iso: stdout can't be written: No space left on device\n",
        err.toString(StandardCharsets.UTF_8));
  }
}
