package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.supervisor.json.Json;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * A tool as those see it who know nothing of Python.
 *
 * @param definitions below {@code $defs}, what input and output refer to; nothing if they bring it
 */
record FunctionSchema(
    String name, String description, ObjectNode input, JsonNode output, JsonNode definitions) {
  private static final String DEFINITIONS = "$defs";
  private static final String REFERENCE = "#/$defs/";

  /** On one line; in its strings everything that can't be seen is escaped. */
  String json() {
    String text =
        Json.text(
            Json.object(
                "name",
                name,
                "description",
                description,
                "inputSchema",
                complete(input),
                "outputSchema",
                complete(output)));
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (PythonText.isUnseen(c)) { // in JSON that Jackson wrote only strings have such
                for (char unit : Character.toChars(c)) {
                  out.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  /** The schema with the definitions that it needs, and no others. */
  private JsonNode complete(JsonNode schema) {
    ObjectNode needed = Json.mapper().createObjectNode();
    Deque<JsonNode> unread = new ArrayDeque<>();
    unread.add(schema);
    while (!unread.isEmpty()) {
      JsonNode node = unread.remove();
      node.forEach(unread::add);
      String reference = node.path("$ref").asText().replace("%24", "$");
      if (reference.startsWith(REFERENCE)) {
        JsonPointer place = JsonPointer.compile(reference.substring(1));
        String name = place.last().getMatchingProperty();
        JsonNode target = definitions.at(place);
        if (!target.isMissingNode() && !needed.has(name)) {
          needed.set(name, target);
          unread.add(target);
        }
      }
    }
    return needed.isEmpty() ? schema : ((ObjectNode) schema.deepCopy()).set(DEFINITIONS, needed);
  }
}
