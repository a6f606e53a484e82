package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaToolTest {
  private static final String SEARCH =
      """
      {"type": "object",
       "properties": {
         "customer": {"type": "string", "minLength": 1},
         "limit": {"type": "integer", "minimum": 1},
         "since": {"type": "string", "format": "date-time"},
         "photo": {"type": "string", "contentEncoding": "base64"},
         "price": {"type": "string", "format": "decimal"},
         "more": {}},
       "required": ["customer"],
       "additionalProperties": false}
      """;

  @Test
  void argumentsArriveAsPlainJava() throws Exception {
    Map<String, Object> map =
        bind(
            """
            {"customer": "Ann", "limit": 3, "since": {"$datetime": "2024-02-29T01:02:03+01:00"},
             "photo": {"$bytes": "AP8="}, "price": {"$decimal": "1.10"},
             "more": [{"z": 100000000000000000000, "a": 1.5}, null, {"$$bytes": "x"}, true]}
            """);

    assertEquals(
        List.of("customer", "limit", "since", "photo", "price", "more"),
        new ArrayList<>(map.keySet()));
    assertEquals("Ann", map.get("customer"));
    assertEquals(3L, map.get("limit"));
    assertEquals(OffsetDateTime.parse("2024-02-29T01:02:03+01:00"), map.get("since"));
    assertArrayEquals(new byte[] {0, -1}, (byte[]) map.get("photo"));
    assertEquals(new BigDecimal("1.10"), map.get("price"));
    assertEquals(
        Arrays.asList(
            Map.of("z", new BigInteger("100000000000000000000"), "a", 1.5),
            null,
            Map.of("$bytes", "x"),
            true),
        map.get("more"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"customer\": 1}",
        "{\"customer\": \"\"}",
        "{\"customer\": \"a\", \"limit\": 0}",
        "{\"customer\": \"a\", \"limit\": 1.5}",
        "{\"customer\": \"a\", \"limit\": \"1\"}",
        "{\"customer\": \"a\", \"limit\": {\"$float\": \"nan\"}}",
        "{\"customer\": \"a\", \"limit\": {\"$decimal\": \"1\"}}",
        "{\"customer\": \"a\", \"since\": {\"$datetime\": \"2024-02-29T01:02:03\"}}",
        "{\"customer\": \"a\", \"since\": {\"$datetime\": \"never\"}}",
        "{\"customer\": \"a\", \"photo\": {\"$bytes\": \"?\"}}",
        "{\"customer\": \"a\", \"price\": {\"$decimal\": \"1e99999999\"}}",
        "{\"customer\": \"a\", \"price\": {\"$decimal\": 1}}",
        "{\"customer\": \"a\", \"unknown\": 1}"
      })
  void whatTheSchemaDoesNotAllowNeverReachesTheFunction(String arguments) {
    ToolJson.Misfit misfit = assertThrows(ToolJson.Misfit.class, () -> bind(arguments));
    assertEquals("INVALID_ARGUMENT", misfit.failure().code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "true",
        "{\"type\": \"array\"}",
        "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"b\": {}}}",
        "{\"type\": \"object\", \"allOf\": [{\"properties\": {\"a\": {}}}]}",
        "{\"type\": \"object\", \"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {}}}",
        "{\"type\": \"object\", \"properties\": 1}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"text\"}}}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/$defs/none\"}}}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"http://127.0.0.1:9/x\"}}}",
        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"file:///etc/passwd\"}}}"
      })
  void whatIsNoSchemaOfAnObjectIsRefusedBeforeAnyExecution(String schema) {
    Tool<?, ?> tool = tool(schema);

    IsoException refusal =
        assertThrows(IsoException.class, () -> ToolModule.of(ToolRegistry.of(tool)));

    assertEquals(ErrorCode.TOOL_INVALID, refusal.problem().code());
    assertTrue(refusal.getMessage().contains("'t'"), refusal::getMessage);
  }

  @Test
  void whereASchemaIsNoJsonIsTold() {
    ToolRegistry tools = ToolRegistry.of(tool("{\n \"type\": object}"));

    IsoException refusal = assertThrows(IsoException.class, () -> ToolModule.of(tools));

    assertEquals(
        "Tool 't' can't be used: its schema isn't JSON: it goes wrong in line 2, column 10.",
        refusal.problem().cause());
  }

  @Test
  void aSchemaMayBeAHundredLevelsDeepAndNoMore() {
    var unused = ToolModule.of(ToolRegistry.of(tool(nested(100))));

    whatIsNoSchemaOfAnObjectIsRefusedBeforeAnyExecution(nested(101));
    whatIsNoSchemaOfAnObjectIsRefusedBeforeAnyExecution(nested(450));
  }

  private static String nested(int levels) {
    int lists = levels - 3; // the schema, its properties, and what the innermost list holds
    String deep = "{\"items\": ".repeat(lists) + "{}" + "}".repeat(lists);
    return "{\"type\": \"object\", \"properties\": {\"a\": " + deep + "}}";
  }

  @Test
  void anArgumentWhoseSchemaIsNothingButItselfIsRefusedAtTheCall() {
    Tool<Map<String, Object>, Object> tool =
        tool("{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#/properties/a\"}}}");

    ToolJson.Misfit misfit =
        assertThrows(
            ToolJson.Misfit.class,
            () -> ToolJson.bind(tool, Json.mapper().createObjectNode().put("a", 1)));

    assertEquals("INVALID_ARGUMENT", misfit.failure().code());
  }

  /** (CWE-1333) Without a bound, the first of these takes longer than anybody lives. */
  @Test
  @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD) // which no interrupt ends
  void aPatternThatWouldTakeForEverRefusesTheText() {
    Tool<Map<String, Object>, Object> tool =
        tool(
            "{\"type\": \"object\", \"properties\":"
                + " {\"a\": {\"pattern\": \"(.*a){25}$\"}, \"b\": {\"pattern\": \"^[a-z]*$\"}}}");
    ToolJson.Misfit misfit =
        assertThrows(
            ToolJson.Misfit.class,
            () ->
                ToolJson.bind(
                    tool, Json.mapper().createObjectNode().put("a", "a".repeat(60) + "!")));

    assertEquals("INVALID_ARGUMENT", misfit.failure().code());
    String text = "b".repeat(12_000_000); // as long as a call can be, and no trouble for it
    assertEquals(
        text, ToolJson.bind(tool, Json.mapper().createObjectNode().put("b", text)).get("b"));
  }

  private static Tool<Map<String, Object>, Object> tool(String schema) {
    return Tool.ofSchema("t", schema, "{}", (map, call) -> CompletableFuture.completedFuture(map));
  }

  private static Map<String, Object> bind(String arguments) throws Exception {
    return ToolJson.bind(
        tool(SEARCH), Json.parseObject(arguments.getBytes(StandardCharsets.UTF_8)));
  }
}
