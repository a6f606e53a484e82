package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values that JSON lacks, as the program sends them: objects of one member whose name begins with a
 * dollar sign, such as {@code {"$bytes": base64}}. An ordinary map that looks like one has another
 * dollar sign before its name. docs/protocol.md lists them.
 */
final class WireValues {
  /** Digits and exponent that a decimal may have: what it is converted to grows with both. */
  private static final int MAX_DECIMAL = 4_000;

  private WireValues() {}

  /**
   * Puts the values in the place of the objects that stand for them, within the tree.
   *
   * @return the value of the root
   * @throws IllegalArgumentException if one of them isn't what its name says
   */
  static JsonNode resolve(JsonNode node) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        JsonNode element = array.get(i);
        if (element.isContainerNode()) {
          array.set(i, resolve(element));
        }
      }
    } else if (node instanceof ObjectNode object) {
      if (object.size() == 1 && object.fieldNames().next().startsWith("$")) {
        return single(object);
      }
      for (Map.Entry<String, JsonNode> member : object.properties()) {
        if (member.getValue().isContainerNode()) {
          member.setValue(resolve(member.getValue()));
        }
      }
    }
    return node;
  }

  private static JsonNode single(ObjectNode object) {
    String name = object.fieldNames().next();
    JsonNode value = object.get(name);
    if (name.startsWith("$$")) {
      ObjectNode map = JsonNodeFactory.instance.objectNode();
      map.set(name.substring(1), resolve(value));
      return map;
    }
    try {
      return switch (name) {
        case "$bytes" -> BinaryNode.valueOf(Base64.getDecoder().decode(text(value)));
        case "$float" -> new DoubleNode(special(text(value)));
        case "$decimal" -> DecimalNode.valueOf(decimal(text(value)));
        case "$datetime" -> new POJONode(dateTime(text(value)));
        case "$date" -> new POJONode(LocalDate.parse(text(value)));
        case "$time" -> new POJONode(time(text(value)));
        case "$duration" -> new POJONode(Duration.parse(text(value)));
        default -> {
          object.set(name, resolve(value));
          yield object;
        }
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new IllegalArgumentException("a value of " + name + " is malformed", e);
    }
  }

  private static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("text expected");
    }
    return value.textValue();
  }

  private static double special(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> throw new IllegalArgumentException("nan, inf or -inf expected");
    };
  }

  private static BigDecimal decimal(String text) {
    if (text.length() <= MAX_DECIMAL) {
      BigDecimal value = new BigDecimal(text);
      if (Math.abs((long) value.scale()) <= MAX_DECIMAL) {
        return value;
      }
    }
    throw new IllegalArgumentException("the decimal is too long");
  }

  private static Object dateTime(String text) {
    return DateTimeFormatter.ISO_DATE_TIME.parseBest(
        text, OffsetDateTime::from, LocalDateTime::from);
  }

  private static Object time(String text) {
    return DateTimeFormatter.ISO_TIME.parseBest(text, OffsetTime::from, LocalTime::from);
  }

  /** A resolved tree as the Java values that {@link io.isoruntime.Tool#ofSchema} promises. */
  static @Nullable Object plain(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> number(node);
      case BINARY -> ((BinaryNode) node).binaryValue();
      case POJO -> ((POJONode) node).getPojo();
      case ARRAY -> list(node);
      case OBJECT -> map((ObjectNode) node);
      default -> null;
    };
  }

  private static Object number(JsonNode node) {
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue();
    }
    return node.isBigDecimal() ? (Object) node.decimalValue() : node.doubleValue();
  }

  private static List<@Nullable Object> list(JsonNode node) {
    List<@Nullable Object> list = new ArrayList<>(node.size());
    node.forEach(element -> list.add(plain(element)));
    return list;
  }

  /** A resolved object; otherwise as {@link #plain}. */
  static Map<String, @Nullable Object> map(ObjectNode node) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    node.properties().forEach(member -> map.put(member.getKey(), plain(member.getValue())));
    return map;
  }

  /**
   * A resolved tree as JSON Schema knows values: bytes as base64, decimals, dates and times as
   * text.
   */
  static JsonNode schematic(JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JsonNodeFactory.instance.objectNode();
      object
          .properties()
          .forEach(member -> copy.set(member.getKey(), schematic(member.getValue())));
      return copy;
    } else if (node instanceof ArrayNode array) {
      ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
      array.forEach(element -> copy.add(schematic(element)));
      return copy;
    } else if (node instanceof BinaryNode binary) {
      return TextNode.valueOf(Base64.getEncoder().encodeToString(binary.binaryValue()));
    } else if (node instanceof DecimalNode decimal) {
      return TextNode.valueOf(decimal.decimalValue().toString());
    } else if (node instanceof POJONode pojo) {
      return TextNode.valueOf(isoText(pojo.getPojo()));
    }
    return node;
  }

  /** With seconds always, and of durations without sign and fraction: RFC 3339 has none other. */
  private static String isoText(Object value) {
    if (value instanceof OffsetDateTime time) {
      return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(time);
    } else if (value instanceof LocalDateTime time) {
      return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
    } else if (value instanceof LocalTime time) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(time);
    } else if (value instanceof OffsetTime time) {
      return DateTimeFormatter.ISO_OFFSET_TIME.format(time);
    } else if (value instanceof Duration duration) {
      return duration.abs().truncatedTo(ChronoUnit.SECONDS).toString();
    }
    return value.toString();
  }
}
