package io.isoruntime.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Finds rows in the doctor's JSON. */
final class Rows {
  private Rows() {}

  static List<JsonNode> of(JsonNode json) {
    List<JsonNode> rows = new ArrayList<>();
    json.get("rows").forEach(rows::add);
    return rows;
  }

  static JsonNode named(String name, JsonNode json) {
    return of(json).stream()
        .filter(row -> row.get("name").textValue().equals(name))
        .findAny()
        .orElseThrow(() -> new AssertionError("no row " + name + " in " + json));
  }

  /** Those that failed. */
  static List<String> failed(JsonNode json) {
    return of(json).stream()
        .filter(row -> row.get("status").textValue().equals("fail"))
        .map(row -> row.get("name").textValue())
        .toList();
  }
}
