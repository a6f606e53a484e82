package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Tool;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema that an embedder gave as text, found to be one. Nothing that it refers to is ever
 * fetched. Thread-safe.
 */
final class SchemaText {
  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder ->
              builder
                  .schemaCacheEnabled(false)
                  .schemaLoader(loader -> loader.fetchRemoteResources(false))
                  .schemaRegistryConfig(
                      SchemaRegistryConfig.builder()
                          .formatAssertionsEnabled(true)
                          .regularExpressionFactory(new BoundedPatterns())
                          .locale(Locale.ENGLISH)
                          .build()));
  private static final Schema OF_SCHEMAS =
      SCHEMAS.getSchema(
          com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

  /** Of a schema; how deep the stack lets validators go depends on JDK, compiler and caller. */
  private static final int MAX_DEPTH = 100;

  /** Where arguments may be, but would have no names in Python. */
  private static final List<String> ELSEWHERE = List.of("$ref", "allOf", "anyOf", "oneOf");

  private final JsonNode json;
  private final Schema schema;

  private SchemaText(JsonNode json, Schema schema) {
    this.json = json;
    this.schema = schema;
  }

  /**
   * The schema of a tool's arguments, which must be one of objects.
   *
   * @throws IsoException if it is no such schema ({@link ErrorCode#TOOL_INVALID})
   */
  static SchemaText ofInput(Tool<?, ?> tool, String text) {
    SchemaText schema = of(tool, text);
    if (!"object".equals(schema.json.path("type").textValue())) {
      throw invalid(tool, "the schema of its arguments isn't one of an object", null);
    }
    JsonNode properties = schema.json.path("properties");
    for (JsonNode required : schema.json.path("required")) {
      if (!properties.has(required.textValue())) {
        throw invalid(tool, "it requires '" + required.textValue() + "', but has no such", null);
      }
    }
    if (properties.isEmpty() && ELSEWHERE.stream().anyMatch(schema.json::has)) {
      throw invalid(tool, "the schema of its arguments has them elsewhere than at its top", null);
    }
    return schema;
  }

  /** Any schema; otherwise as {@link #ofInput}. */
  static SchemaText of(Tool<?, ?> tool, String text) {
    try {
      JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
      if (depth(json) > MAX_DEPTH) {
        throw invalid(tool, "its schema is nested more than " + MAX_DEPTH + " levels deep", null);
      }
      List<Error> errors = OF_SCHEMAS.validate(json);
      if (!errors.isEmpty()) {
        throw invalid(tool, "its schema is none: " + described(errors.get(0)), null);
      }
      Schema schema = SCHEMAS.getSchema(json);
      schema.initializeValidators(); // what it refers to is looked for now
      return new SchemaText(json, schema);
    } catch (IOException e) {
      throw invalid(tool, "its schema isn't JSON" + place(e), e);
    } catch (IsoException e) {
      throw e;
    } catch (RuntimeException e) {
      throw invalid(tool, "its schema can't be used: " + e.getMessage(), e);
    } catch (StackOverflowError e) {
      throw invalid(tool, "its schema is nested too deeply", null);
    }
  }

  /** How many objects and lists are in one another; the parser bounds it. */
  private static int depth(JsonNode node) {
    int below = 0;
    for (JsonNode child : node) {
      below = Math.max(below, depth(child));
    }
    return node.isContainerNode() ? below + 1 : 0;
  }

  /** Jackson's own words go over several lines and speak of its settings. */
  private static String place(IOException e) {
    return e instanceof JsonProcessingException malformed && malformed.getLocation() != null
        ? ": it goes wrong in line "
            + malformed.getLocation().getLineNr()
            + ", column "
            + malformed.getLocation().getColumnNr()
        : ": " + e.getMessage();
  }

  private static IsoException invalid(Tool<?, ?> tool, String why, @Nullable Exception cause) {
    IsoException refusal =
        new Problem(
                ErrorCode.TOOL_INVALID,
                "Tool '" + tool.name() + "' can't be used: " + why + ".",
                "No execution with it begins.",
                "Give a JSON Schema of draft 2020-12 that refers to nothing outside itself; that of"
                    + " the arguments has \"type\": \"object\" and all \"properties\" at its top.")
            .toException();
    if (cause != null) {
      refusal.addSuppressed(cause);
    }
    return refusal;
  }

  JsonNode json() {
    return json;
  }

  /**
   * Why a value doesn't fit.
   *
   * @param value as {@link WireValues#schematic} gives it
   * @return {@code null} if it fits
   */
  @Nullable String misfit(ObjectNode value) {
    List<Error> errors;
    try {
      errors = schema.validate(value);
    } catch (RuntimeException | StackOverflowError e) {
      // The bounds of a number that is none, a reference to itself, a pattern without end.
      return "the arguments can't be compared with the schema";
    }
    return errors.isEmpty() ? null : described(errors.get(0));
  }

  private static String described(Error error) {
    String where = String.valueOf(error.getInstanceLocation());
    return (where.isEmpty() ? "" : "at " + where + ": ") + error.getMessage();
  }
}
