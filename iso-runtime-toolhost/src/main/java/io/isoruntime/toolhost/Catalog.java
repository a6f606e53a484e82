package io.isoruntime.toolhost;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tool host found in its bundles.
 *
 * @param tools the tools
 * @param faults what is wrong, each with its place, such as {@code shop/orders.py:12: …}
 */
record Catalog(List<Entry> tools, List<String> faults) {

  /**
   * A function that is a tool.
   *
   * @param name bundle, module and function, joined by dots
   * @param description its docstring
   * @param inputSchema of its arguments
   * @param outputSchema of what it returns
   */
  record Entry(String name, String description, String inputSchema, String outputSchema) {}

  static Catalog parse(byte[] payload) throws IOException {
    JsonNode told = Json.parse(payload);
    List<Entry> tools = new ArrayList<>();
    for (JsonNode tool : told.path("tools")) {
      tools.add(
          new Entry(
              tool.path("name").asText(),
              tool.path("description").asText(),
              Json.text(tool.path("input")),
              Json.text(tool.path("output"))));
    }
    List<String> faults = new ArrayList<>();
    for (JsonNode fault : told.path("faults")) {
      faults.add(place(fault) + ": " + fault.path("message").asText());
    }
    return new Catalog(List.copyOf(tools), faults.stream().distinct().toList());
  }

  private static String place(JsonNode fault) {
    String file = fault.path("file").asText();
    int line = fault.path("line").asInt();
    return fault.path("bundle").asText()
        + (file.isEmpty() ? "" : "/" + file)
        + (line == 0 ? "" : ":" + line);
  }
}
