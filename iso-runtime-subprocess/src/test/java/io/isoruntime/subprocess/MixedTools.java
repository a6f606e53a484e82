package io.isoruntime.subprocess;

import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import io.isoruntime.ToolMethod;
import io.isoruntime.ToolParam;
import io.isoruntime.ToolRegistry;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Tools of every kind, each of which gives back what it got. */
public final class MixedTools {
  private MixedTools() {}

  /** With a constant for each of Python's difficulties. */
  public enum Colour {
    RED,
    None,
    quote
  }

  /** A union. */
  public sealed interface Shape {}

  /** One of it. */
  public record Circle(double radius) implements Shape {}

  /** Another, in which there is the union again. */
  public record Group(List<Shape> shapes, @Nullable String name) implements Shape {}

  /** It contains itself. */
  public record Node(String label, Optional<Node> next, Map<String, Node> children) {}

  /** A generic one. */
  public record Page<T>(List<T> items, boolean more) {}

  /** All that a value may be. */
  @SuppressWarnings("ArrayRecordComponent") // bytes are one of the things that it may be
  public record Everything(
      boolean truth,
      int small,
      long large,
      BigInteger huge,
      double real,
      float single,
      BigDecimal exact,
      String text,
      byte[] data,
      Colour colour,
      OffsetDateTime at,
      Instant moment,
      LocalDateTime local,
      LocalDate day,
      LocalTime clock,
      OffsetTime zoned,
      Duration span,
      Shape shape,
      Node node,
      Page<Circle> page,
      List<List<Integer>> matrix,
      Map<String, List<byte[]>> index,
      @ToolParam(description = "May be left out.") Optional<Colour> maybe,
      @Nullable BigDecimal nullable) {}

  /** Arguments of a tool that is given everything. */
  public record Given(Everything value) {}

  /** Names that Python has for something else. */
  public record Awkward(int self, int list, int from, int lambda_) {}

  /** Methods. */
  public static final class Methods {
    @ToolMethod(description = "Gives \"back\" a shape.\nIn two lines.", raises = "NO_SHAPE")
    public Shape shape(@ToolParam(description = "Which.") Shape shape, Optional<String> label) {
      if (shape instanceof Group group && group.shapes().isEmpty()) {
        throw new ToolException("NO_SHAPE", "There is no shape.", false);
      }
      return shape;
    }

    @ToolMethod("methods.page")
    public CompletionStage<Page<Node>> page(@ToolParam("class") List<Node> nodes, int from) {
      return CompletableFuture.completedFuture(new Page<>(nodes, from > 0));
    }

    @ToolMethod
    public void nothing() {}
  }

  private static final String SCHEMA =
      """
      {"type": "object", "additionalProperties": false, "required": ["kind", "order-id"],
       "properties": {
         "kind": {"enum": ["a", "b'\\"", 3, null, true]},
         "order-id": {"$ref": "#/$defs/Id"},
         "list": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
         "at": {"type": ["string", "null"], "format": "date-time"},
         "limit": {"type": "integer", "default": 5},
         "label": {"type": "string", "default": "it's"},
         "any": {}},
       "$defs": {
         "Id": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
         "Tree": {"type": "object", "required": ["first-name"],
           "properties": {"first-name": {"type": "string"},
                          "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}}}
      """;

  /** This many tools, of all kinds in turn, in namespaces and out of them. */
  static ToolRegistry of(int count) {
    ToolRegistry.Builder tools = ToolRegistry.builder().scan(new Methods());
    String[] awkward = {"list", "date", "str", "import", "orders.list", "orders.class", "Any"};
    for (String name : awkward) {
      tools.add(Tool.of(name, Awkward.class, Awkward.class, arguments -> arguments));
    }
    int own = 3 + awkward.length;
    for (int i = own; i < count; i++) {
      tools.add(tool(i));
    }
    return tools.build();
  }

  private static Tool<?, ?> tool(int number) {
    String name = (number % 2 == 0 ? "flat_" : "space" + number % 7 + ".t") + number;
    return switch (number % 3) {
      case 0 ->
          Tool.of(name, Given.class, Everything.class, Given::value)
              .describedAs("Gives back everything, number " + number + ".")
              .raising("NOT_FOUND", "NO_SHAPE");
      case 1 ->
          Tool.ofSchema(
                  name,
                  SCHEMA,
                  SCHEMA,
                  (arguments, context) -> CompletableFuture.completedFuture(arguments))
              .describedAs("Gives back what it got.");
      default ->
          Tool.ofAsync(
              name,
              Awkward.class,
              Awkward.class,
              (arguments, context) -> CompletableFuture.completedFuture(arguments));
    };
  }
}
