package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes Python's types of JSON Schemas. What a schema says of values beyond their types is left to
 * the host. Not thread-safe.
 */
final class PythonTypes {
  private static final Set<String> RESERVED =
      Set.of(
          "ToolError",
          "Any",
          "Literal",
          "None",
          "list",
          "dict",
          "str",
          "int",
          "float",
          "bool",
          "bytes",
          "datetime",
          "date",
          "time",
          "timedelta",
          "Decimal",
          "TypedDict",
          "NotRequired");
  private static final int MAX_DEPTH = 64;

  /** A type that has a name in the module. */
  sealed interface Definition {}

  /** A dictionary of these members. */
  record Fields(Map<String, Field> members) implements Definition {}

  /** Another name for a type. */
  record Alias(PythonType type) implements Definition {}

  /** A member of a dictionary. */
  record Field(PythonType type, boolean required) {}

  private final Map<String, Definition> definitions = new LinkedHashMap<>();
  private final Set<String> taken = new HashSet<>(RESERVED);
  private final Map<Object, PythonType> known = new HashMap<>();
  private final IdentityHashMap<JsonNode, String> origins = new IdentityHashMap<>();

  /** Names that the module uses for something else. */
  PythonTypes(Set<String> taken) {
    this.taken.addAll(taken);
  }

  Map<String, Definition> definitions() {
    return definitions;
  }

  Optional<Definition> definition(String name) {
    return Optional.ofNullable(definitions.get(name));
  }

  /** Whether a text, number or truth value, just as JSON has it, is one of a type's values. */
  boolean takes(PythonType type, JsonNode scalar) {
    return takes(type, scalar, new HashSet<>());
  }

  private boolean takes(PythonType type, JsonNode scalar, Set<PythonType> seen) {
    if (type instanceof PythonType.Union union) {
      return union.choices().stream().anyMatch(each -> takes(each, scalar, seen));
    } else if (type instanceof PythonType.Literal literal) {
      return literal.values().contains(PythonText.scalar(scalar));
    } else if (type instanceof PythonType.Defined defined) {
      return seen.add(defined) // it may contain itself
          && definitions.get(defined.name()) instanceof Alias alias
          && takes(alias.type(), scalar, seen);
    } else if (type instanceof PythonType.Named named) {
      return switch (named.name()) {
        case "Any" -> scalar.isValueNode() && !scalar.isNull();
        case "str" -> scalar.isTextual();
        case "bool" -> scalar.isBoolean();
        case "int" -> scalar.isIntegralNumber();
        case "float" -> scalar.isNumber();
        default -> false; // such as a date, for which JSON has nothing but text
      };
    }
    return false;
  }

  /**
   * The type of a schema's values.
   *
   * @param root what its references refer to
   * @param name what to call it if it needs a name
   */
  PythonType of(JsonNode schema, JsonNode root, String name) {
    return of(schema, root, name, 0);
  }

  private PythonType of(JsonNode schema, JsonNode root, String name, int depth) {
    if (depth > MAX_DEPTH || !schema.isObject()) {
      return PythonType.Named.ANY;
    }
    if (schema.path("$ref").isTextual()) {
      return referred(schema.path("$ref").textValue(), root, name, depth);
    }
    if (schema.has("const")) {
      return literal(List.of(schema.get("const"))).orElse(PythonType.Named.ANY);
    }
    if (schema.path("enum").isArray()) {
      List<JsonNode> values = new ArrayList<>();
      schema.get("enum").forEach(values::add);
      Optional<PythonType> literal = literal(values);
      if (literal.isPresent()) {
        return literal.get();
      }
    }
    for (String choice : List.of("anyOf", "oneOf")) {
      if (schema.path(choice).isArray() && !schema.get(choice).isEmpty()) {
        return union(schema.get(choice), root, name, depth);
      }
    }
    if (schema.path("allOf").size() == 1) {
      return of(schema.get("allOf").get(0), root, name, depth + 1);
    }
    JsonNode type = schema.path("type");
    if (type.isArray() && !type.isEmpty()) {
      List<PythonType> choices = new ArrayList<>();
      type.forEach(each -> choices.add(ofType(each.asText(), schema, root, name, depth)));
      return PythonType.union(choices.toArray(PythonType[]::new));
    }
    return ofType(type.asText(), schema, root, name, depth);
  }

  private PythonType union(JsonNode schemas, JsonNode root, String name, int depth) {
    List<PythonType> choices = new ArrayList<>();
    int number = 0;
    for (JsonNode each : schemas) {
      number++;
      choices.add(of(each, root, number == 1 ? name : name + number, depth + 1));
    }
    return PythonType.union(choices.toArray(PythonType[]::new));
  }

  private PythonType ofType(String type, JsonNode schema, JsonNode root, String name, int depth) {
    return switch (type) {
      case "string" -> text(schema);
      case "integer" -> new PythonType.Named("int");
      case "number" -> new PythonType.Named("float");
      case "boolean" -> new PythonType.Named("bool");
      case "null" -> PythonType.Named.NONE;
      case "array" ->
          new PythonType.ListOf(
              schema.has("prefixItems")
                  ? PythonType.Named.ANY
                  : of(schema.path("items"), root, name + "Item", depth + 1));
      case "object" -> object(schema, root, name, depth);
      default -> PythonType.Named.ANY;
    };
  }

  private static PythonType text(JsonNode schema) {
    if (schema.path("contentEncoding").asText().equals("base64")) {
      return new PythonType.Named("bytes");
    }
    String format = schema.path("format").asText();
    String name =
        switch (format) {
          case "date-time", "local-date-time" -> "datetime";
          case "date" -> "date";
          case "time", "local-time" -> "time";
          case "duration" -> "timedelta";
          case "decimal" -> "Decimal";
          default -> "str";
        };
    return new PythonType.Named(name, format.startsWith("local-"));
  }

  private PythonType object(JsonNode schema, JsonNode root, String name, int depth) {
    if (schema.path("properties").isEmpty() && !schema.has("patternProperties")) {
      return new PythonType.DictOf(
          of(schema.path("additionalProperties"), root, name + "Value", depth + 1));
    } else if (isOpen(schema)) {
      return new PythonType.DictOf(PythonType.Named.ANY);
    }
    String title = schema.path("title").asText();
    String chosen = free(PythonText.className(title.isEmpty() ? name : title));
    define(chosen, schema, root, depth);
    return new PythonType.Defined(chosen);
  }

  /** Whether it says that there may be others than its properties, which no TypedDict can have. */
  private static boolean isOpen(JsonNode schema) {
    JsonNode additional = schema.path("additionalProperties");
    return additional.isObject() || additional.asBoolean() || schema.has("patternProperties");
  }

  private void define(String name, JsonNode schema, JsonNode root, int depth) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(each -> required.add(each.asText()));
    Map<String, Field> members = new LinkedHashMap<>();
    definitions.put(name, new Fields(members)); // its place, before what it needs
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      String member = property.getKey();
      PythonType type =
          of(property.getValue(), root, name + PythonText.className(member), depth + 1);
      members.put(member, new Field(type, required.contains(member)));
    }
  }

  /** Tools of one origin bring the same definitions each: those that are equal are one type. */
  private PythonType referred(String reference, JsonNode root, String name, int depth) {
    JsonNode target =
        reference.equals("#") || reference.startsWith("#/") // an anchor may be anything
            ? root.at(reference.substring(1).replace("%24", "$"))
            : root.path("no such member");
    Object key = List.of(reference, origins.computeIfAbsent(root, PythonTypes::origin));
    PythonType seen = known.get(key);
    if (seen != null) {
      return seen;
    }
    String last = reference.substring(reference.lastIndexOf('/') + 1);
    String wanted = PythonText.className(last.equals("#") || last.isEmpty() ? name : last);
    if (target.path("properties").isEmpty()
        || target.has("anyOf")
        || target.has("oneOf")
        || isOpen(target)) {
      return alias(key, wanted, target, root, depth);
    }
    String chosen = free(wanted);
    PythonType type = new PythonType.Defined(chosen);
    known.put(key, type);
    define(chosen, target, root, depth + 1);
    return type;
  }

  private static String origin(JsonNode root) {
    return (root.has("$defs") ? root.get("$defs") : root).toString();
  }

  private PythonType alias(Object key, String wanted, JsonNode target, JsonNode root, int depth) {
    String chosen = free(wanted);
    known.put(key, new PythonType.Defined(chosen)); // for one that contains itself
    definitions.put(chosen, new Alias(PythonType.Named.ANY));
    PythonType type = of(target, root, wanted, depth + 1);
    if (type.equals(known.get(key))) {
      return PythonType.Named.ANY; // it is nothing but itself
    }
    definitions.put(chosen, new Alias(type));
    return new PythonType.Defined(chosen);
  }

  private String free(String wanted) {
    String name = wanted;
    for (int number = 2; !taken.add(name); number++) {
      name = wanted + number;
    }
    return name;
  }

  private static Optional<PythonType> literal(List<JsonNode> values) {
    List<String> literals = new ArrayList<>();
    boolean none = false;
    for (JsonNode value : values) {
      if (value.isTextual() || value.isIntegralNumber() || value.isBoolean()) {
        literals.add(PythonText.scalar(value));
      } else if (value.isNull()) {
        none = true;
      } else {
        return Optional.empty();
      }
    }
    PythonType literal =
        literals.isEmpty() ? PythonType.Named.NONE : new PythonType.Literal(List.copyOf(literals));
    return Optional.of(none ? PythonType.union(literal, PythonType.Named.NONE) : literal);
  }
}
