package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Tool;
import io.isoruntime.ToolDescription;
import io.isoruntime.ToolMethod;
import io.isoruntime.ToolParam;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolTextsTest {
  /** All that could end a docstring, a comment, a string or a line. */
  private static final String HOSTILE =
      "\"\"\"a\"\"\"\" \\\"\"\" ''' \\\\ \\N{x} # b\nimport os\rc\r\nd\u2028e\u2029f\u0085g\u0000h\u001b[2J"
          + "\u202ei\ud800j\udb40\udc41k\f\u000b\t\ufeff\"\"\"; import sys\n'\"},]\\";

  record Point(double x, Optional<Point> next) {}

  record Box<T>(T content, List<Box<T>> more) {}

  record Stored(Box<Point> points, Optional<Shape> shape) {}

  sealed interface Shape {}

  record Circle(Point centre, double radius) implements Shape {}

  record Group(List<Shape> shapes) implements Shape {}

  /** Declared in one way. */
  public static final class Maps {
    @ToolMethod(value = "maps.find", description = "Finds points.\n\nSlowly.", raises = "NO_MAP")
    public List<Point> find(
        @ToolParam(description = "What to look for,\nor where.") String text,
        Optional<Integer> limit) {
      return List.of(new Point(limit.orElse(text.length()), Optional.empty()));
    }
  }

  private static Tool<?, ?> schematic(String name, String input) {
    return Tool.ofSchema(
        name,
        input,
        "{\"type\": \"string\"}",
        (arguments, context) -> CompletableFuture.completedFuture(null));
  }

  private static ToolRegistry tools() {
    return ToolRegistry.builder()
        .add(
            schematic(
                "greet",
                """
                {"type": "object", "required": ["name"],
                 "properties": {"times": {"type": "integer", "default": 1}, "name": {"type": "string"}}}
                """))
        .scan(new Maps())
        .build();
  }

  @Test
  void stubsReadAsPython() {
    assertEquals(
        """
        # The module tools; each tool can be awaited as well: await name.aio(...)

        class ToolError(Exception):
            code: str
            message: str
            retryable: bool

        class NoMap(ToolError): ...

        class Point(TypedDict):
            x: float
            next: NotRequired[PointNullable]

        PointNullable = Point | None

        def greet(name: str, times: int = 1) -> str: ...

        class maps:
            @staticmethod
            def find(text: str, limit: int | None = None) -> list[Point]:
                \"""Finds points.

                Slowly.

                Args:
                    text: What to look for,
                        or where.

                Raises:
                    NoMap: NO_MAP\"""
        """,
        tools().describe(ToolDescription.PYTHON_STUBS));
  }

  @Test
  void theCompactListHasALineForEachTool() {
    assertEquals(
        """
        greet(name: str, times: int = 1) -> str
        maps.find(text: str, limit: int | None = None) -> list[Point]  # Finds points.
        """,
        tools().describe(ToolDescription.COMPACT));
  }

  @Test
  void whatNoParameterMayBeCalledGetsAnUnderscore() {
    ToolRegistry tools =
        ToolRegistry.of(
            schematic(
                "t",
                """
                {"type": "object", "properties": {
                   "__debug__": {"type": "string"}, "from": {"type": "string"}}}
                """));

    assertEquals(
        "t(__debug___: str = ..., from_: str = ...) -> str\n",
        tools.describe(ToolDescription.COMPACT));
  }

  @Test
  void defaultsAreShownIfTheyAreOfTheirType() {
    ToolRegistry tools =
        ToolRegistry.of(
            schematic(
                "t",
                """
                {"type": "object", "properties": {
                   "a": {"type": "number", "default": 0.5},
                   "b": {"enum": ["x", "y", null], "default": "y"},
                   "c": {"type": ["boolean", "null"], "default": true},
                   "d": {"default": "any"},
                   "e": {"type": "string", "format": "date", "default": "2025-01-31"},
                   "f": {"type": "integer", "default": "1"},
                   "g": {"enum": ["x"], "default": "z"},
                   "h": {"$ref": "#/$defs/size", "default": "L"},
                   "i": {"$ref": "#/$defs/loop", "default": "L"}},
                 "$defs": {"size": {"enum": ["S", "L"]},
                           "loop": {"anyOf": [{"$ref": "#/$defs/loop"}, {"type": "integer"}]}}}
                """));

    assertEquals(
        "t(a: float = 0.5, b: Literal[\"x\", \"y\"] | None = \"y\", c: bool | None = True,"
            + " d: Any = \"any\", e: date = ..., f: int = ..., g: Literal[\"x\"] = ...,"
            + " h: Size = \"L\", i: Loop = ...) -> str\n",
        tools.describe(ToolDescription.COMPACT));
  }

  record Party(List<Optional<Integer>> some, Optional<List<Optional<String>>> names) {}

  record Plan(Party party, LocalDateTime at, OffsetTime until, List<Optional<LocalTime>> breaks) {}

  private static final ToolRegistry PLAN =
      ToolRegistry.of(Tool.of("plan", Plan.class, String.class, plan -> "planned"));

  @Test
  void elementsMayBeAbsentWhereverTheyAre() {
    String stubs = PLAN.describe(ToolDescription.PYTHON_STUBS);

    assertTrue(stubs.contains("some: list[int | None]\n"), stubs);
    assertTrue(stubs.contains("names: NotRequired[list[str | None] | None]\n"), stubs);
    assertTrue(stubs.contains("breaks: list[time | None]"), stubs);
  }

  @Test
  void examplesHaveTimesWithTheZoneThatTheyNeed() {
    PythonTool tool = ToolModule.of(PLAN).tools().get(0);

    String documentation = tool.documentation(new PythonTypes(Set.of()));

    assertTrue(
        documentation.endsWith(
            "at=datetime(2025, 1, 31, 12, 0), until=time(12, 0, tzinfo=timezone.utc),"
                + " breaks=[time(12, 0)])"),
        documentation);
  }

  @Test
  void objectsThatMayHaveOtherPropertiesAreNoTypedDicts() {
    ToolRegistry tools =
        ToolRegistry.of(
            schematic(
                "t",
                """
                {"type": "object", "required": ["a", "b", "c"], "properties": {
                   "a": {"type": "object", "properties": {"x": {}}, "additionalProperties": true},
                   "b": {"type": "object", "properties": {"x": {}}, "patternProperties": {"^y": {}}},
                   "c": {"$ref": "#/properties/a"}}}
                """));

    assertEquals(
        "t(a: dict[str, Any], b: dict[str, Any], c: A) -> str\n",
        tools.describe(ToolDescription.COMPACT));
  }

  @Test
  void eachSchemaIsCompleteInItself() throws IOException {
    JsonNode all = json(tools());

    assertEquals(2, all.size());
    assertEquals(
        "[\"name\",\"description\",\"inputSchema\",\"outputSchema\"]",
        Json.text(fieldNames(all.get(0))));
    assertEquals("{\"type\":\"string\"}", all.get(0).get("outputSchema").toString());
    JsonNode find = all.get(1);
    assertEquals("maps.find", find.get("name").textValue());
    assertEquals("Finds points.\n\nSlowly.", find.get("description").textValue());
    assertEquals("[\"text\"]", find.get("inputSchema").get("required").toString());
    assertFalse(find.get("inputSchema").has("$defs"));
    JsonNode output = find.get("outputSchema");
    String reference = output.get("items").get("$ref").textValue();
    assertEquals("number", output.at(reference.substring(1)).at("/properties/x/type").textValue());
    for (JsonNode tool : all) { // they are what a tool can be made of
      SchemaText.ofInput(schematic("x", "{}"), tool.get("inputSchema").toString());
      SchemaText.of(schematic("x", "{}"), tool.get("outputSchema").toString());
    }
  }

  @Test
  void whatASchemaRefersToComesWithIt() throws IOException {
    ToolRegistry tools =
        ToolRegistry.builder()
            .add(Tool.of("put", Stored.class, Stored.class, stored -> stored))
            .add(
                schematic(
                    "given",
                    """
                    {"type": "object",
                     "properties": {"a": {"$ref": "#here"}, "b": {"$ref": "#/$defs/x"},
                                    "c": {"$ref": "https://json-schema.org/draft/2020-12/schema"}},
                     "$defs": {"x": {"$anchor": "here", "type": "string"}}}
                    """))
            .scan(new Maps())
            .build();
    for (JsonNode tool : json(tools)) {
      for (String member : List.of("inputSchema", "outputSchema")) {
        JsonNode schema = tool.get(member);
        for (JsonNode reference : schema.findValues("$ref")) {
          String place = reference.textValue().replace("%24", "$");
          assertTrue(
              !place.startsWith("#/") || !schema.at(place.substring(1)).isMissingNode(),
              () -> place + " of " + schema);
        }
      }
    }
    assertTrue(json(tools).get(0).get("inputSchema").findValues("$ref").size() > 5);
    assertFalse(json(tools).get(1).get("outputSchema").has("$defs"));
  }

  @Test
  void nothingIsSaidOfNoTools() {
    assertEquals("", ToolRegistry.empty().describe(ToolDescription.PYTHON_STUBS));
    assertEquals("", ToolRegistry.empty().describe(ToolDescription.COMPACT));
    assertEquals("[]\n", ToolRegistry.empty().describe(ToolDescription.JSON_SCHEMA));
  }

  @Test
  void equalToolsAreDescribedAlike() {
    for (ToolDescription style : ToolDescription.values()) {
      assertEquals(tools().describe(style), tools().describe(style));
    }
  }

  @Test
  void aRegistryOfOnesOwnIsDescribedAndSearchedToo() {
    List<Tool<?, ?>> mine = new ArrayList<>(tools().tools());
    ToolRegistry own =
        new ToolRegistry() {
          @Override
          public Collection<Tool<?, ?>> tools() {
            return mine;
          }

          @Override
          public Optional<Tool<?, ?>> find(String name) {
            return mine.stream().filter(tool -> tool.name().equals(name)).findFirst();
          }
        };
    assertEquals(tools().describe(ToolDescription.COMPACT), own.describe(ToolDescription.COMPACT));
    assertEquals(List.of(mine.get(1)), List.copyOf(own.search("points", 3).tools()));
  }

  @Test
  void aDefaultOfNullIsNone() {
    ToolRegistry tools =
        ToolRegistry.of(
            schematic(
                "find",
                """
                {"type": "object", "properties": {
                 "limit": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": null},
                 "since": {"anyOf": [{"type": "string"}, {"type": "null"}]}}}
                """));

    assertEquals(
        "find(limit: int | None = None, since: str | None = ...) -> str\n",
        tools.describe(ToolDescription.COMPACT));
  }

  @Test
  void aToolThatCantBeUsedIsNotDescribed() {
    ToolRegistry tools = ToolRegistry.of(schematic("bad", "{\"type\": 3}"));
    IsoException refused =
        assertThrows(IsoException.class, () -> tools.describe(ToolDescription.COMPACT));
    assertEquals(ErrorCode.TOOL_INVALID, refused.problem().code());
  }

  private static ToolRegistry hostile() {
    var schema = Json.mapper().createObjectNode().put("type", "object");
    var property = schema.putObject("properties").putObject("a" + HOSTILE);
    property.put("type", "string").put("description", HOSTILE).put("default", HOSTILE);
    var chosen = schema.withObject("properties").putObject("b");
    chosen.putArray("enum").add(HOSTILE);
    var inner = schema.withObject("properties").putObject("c").put("type", "object");
    inner.put("title", HOSTILE).putObject("properties").putObject(HOSTILE).put("type", "string");
    Tool<?, ?> tool = schematic("evil", Json.text(schema)).describedAs(HOSTILE);
    return ToolRegistry.of(tool, schematic("zone.evil", Json.text(schema)).describedAs(HOSTILE));
  }

  @Test
  void declaredTextStaysInItsLineOfTheList() {
    String list = hostile().describe(ToolDescription.COMPACT);
    assertEquals(2, list.lines().count(), list);
    assertTrue(list.chars().noneMatch(c -> c != '\n' && PythonText.isUnseen(c)), list);
    assertTrue(
        list.lines()
            .allMatch(line -> line.endsWith("  # \"\"\"a\"\"\"\" \\\"\"\" ''' \\\\ \\N{x} # b")),
        list);
  }

  @Test
  void declaredTextStaysInItsStringOfTheSchemas() throws IOException {
    String text = hostile().describe(ToolDescription.JSON_SCHEMA);
    assertEquals(4, text.lines().count(), text);
    assertTrue(text.chars().noneMatch(c -> c != '\n' && PythonText.isUnseen(c)), text);
    JsonNode tool = json(hostile()).get(1);
    assertEquals(HOSTILE, tool.get("description").textValue());
    assertEquals(
        HOSTILE,
        tool.at("/inputSchema/properties").get("a" + HOSTILE).get("description").textValue());
  }

  /** The judge is Python itself. */
  @Test
  void declaredTextStaysInItsPlaceOfTheStubs(@TempDir Path directory) throws Exception {
    String text = hostile().describe(ToolDescription.PYTHON_STUBS);
    assertTrue(text.chars().noneMatch(c -> c != '\n' && PythonText.isUnseen(c)), text);
    Path program =
        Files.writeString(
            directory.resolve("judge.py"),
            """
            import ast, json, sys
            with open(sys.argv[1], encoding="utf-8") as file:
                text, told = map(json.loads, file)
            tree = ast.parse(text)
            kinds = [type(node).__name__ for node in tree.body]
            assert set(kinds) == {"ClassDef", "FunctionDef", "Assign"}, kinds
            evil = tree.body[-1].body[0], tree.body[-2]
            for tool in evil:
                assert [type(node).__name__ for node in tool.body] == ["Expr"], ast.dump(tool)
                doc = ast.get_docstring(tool, clean=False)
                doc = doc.replace("\\n" + " " * tool.body[0].col_offset, "\\n")
                assert doc.startswith(told["doc"] + "\\n\\nArgs:"), doc
                assert len(tool.args.args) == 3 and tool.args.defaults[0].value == told["raw"]
                assert tool.args.args[1].annotation.slice.value == told["raw"]
            assert not [n for n in ast.walk(tree) if isinstance(n, (ast.Import, ast.Call))
                        and getattr(getattr(n, "func", None), "id", "") != "TypedDict"]
            """);
    String lines = HOSTILE.replace("\r\n", "\n").replace('\r', '\n');
    Path data =
        Files.writeString(
            directory.resolve("data"),
            Json.text(text) + "\n" + Json.text(Json.object("raw", HOSTILE, "doc", lines)));
    Path output = directory.resolve("output");
    Process judge =
        new ProcessBuilder("python3", "-W", "error", program.toString(), data.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(judge.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, judge.exitValue(), () -> text + read(output));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static JsonNode json(ToolRegistry tools) throws IOException {
    return Json.parse(tools.describe(ToolDescription.JSON_SCHEMA).getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> fieldNames(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
