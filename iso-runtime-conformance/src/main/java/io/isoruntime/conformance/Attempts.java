package io.isoruntime.conformance;

import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Reads what attack programs tell, from among whatever else they print. */
final class Attempts {
  private static final String MARK = "@attempt ";

  private Attempts() {}

  /**
   * The attempts by name, in their order. A program runs alone in its place, so that nobody but
   * itself could forge them.
   *
   * @throws Unmet if one is malformed or told twice
   */
  static Map<String, Attempt> of(String output) {
    Map<String, Attempt> attempts = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      if (line.startsWith(MARK)) {
        Attempt attempt = attempt(line.substring(MARK.length()));
        Unmet.unless(attempts.put(attempt.name(), attempt) == null, () -> "told twice: " + attempt);
      }
    }
    return attempts;
  }

  private static Attempt attempt(String json) {
    try {
      if (Json.plain(json.getBytes(StandardCharsets.UTF_8)) instanceof Map<?, ?> told) {
        return new Attempt(
            String.valueOf(told.get("name")),
            Attempt.End.valueOf(String.valueOf(told.get("end")).toUpperCase(Locale.ROOT)),
            String.valueOf(told.get("evidence")));
      }
      throw new IOException("no object");
    } catch (IOException | IllegalArgumentException e) {
      throw new Unmet("a program told something malformed: " + json);
    }
  }
}
