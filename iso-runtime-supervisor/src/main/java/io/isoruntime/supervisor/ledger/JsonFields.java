package io.isoruntime.supervisor.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Some fields of a JSON object of any size, read without holding the rest: who wrote it is not
 * known.
 */
final class JsonFields {
  /**
   * What a program or a tool gave stands beside the fields, with numbers as long as they may be.
   */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNumberLength(Json.MAX_NUMBER).build())
          .build();

  private static final int MAX_TEXT = 1_000;

  private JsonFields() {}

  /**
   * The wanted fields that it has: text, whole numbers as {@code Long}, and objects of such.
   *
   * @throws IOException if it is not one JSON object, or has a wanted field twice
   */
  static Map<String, Object> read(InputStream in, Set<String> wanted) throws IOException {
    try (JsonParser parser = JSON.createParser(in)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it is not a JSON object");
      }
      Map<String, Object> fields = object(parser, wanted);
      if (parser.nextToken() != null) {
        throw new IOException("something follows the JSON object");
      }
      return fields;
    }
  }

  private static Map<String, Object> object(JsonParser parser, Set<String> wanted)
      throws IOException {
    Map<String, Object> fields = new HashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (!wanted.contains(name)) {
        parser.skipChildren();
        continue;
      }
      Object value =
          token == JsonToken.START_OBJECT
              ? object(parser, wanted)
              : token == JsonToken.VALUE_STRING
                  ? text(parser)
                  : token == JsonToken.VALUE_NUMBER_INT ? (Object) parser.getLongValue() : null;
      if (value == null) {
        parser.skipChildren();
      } else if (fields.put(name, value) != null) {
        throw new IOException("it has '" + name + "' twice");
      }
    }
    return fields;
  }

  private static String text(JsonParser parser) throws IOException {
    if (parser.getTextLength() > MAX_TEXT) {
      throw new IOException("'" + parser.currentName() + "' is too long");
    }
    return parser.getText();
  }
}
