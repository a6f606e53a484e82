package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.Tool;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One argument of a tool as Python sees it.
 *
 * @param name as in the record
 * @param type a Python type expression
 * @param required whether it must be given
 */
record ToolParameter(String name, String type, boolean required) {

  /** The arguments of a tool. */
  static List<ToolParameter> of(Tool<?, ?> tool) {
    return tool.inputSchema().isPresent()
        ? ofProperties(ToolSchemas.of(tool).input().json())
        : of(tool.inputType());
  }

  private static List<ToolParameter> ofProperties(JsonNode schema) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.textValue()));
    return schema.path("properties").properties().stream()
        .map(
            property ->
                new ToolParameter(
                    property.getKey(),
                    pythonType(property.getValue()),
                    required.contains(property.getKey())))
        .toList();
  }

  /** The Python type expression of a schema. */
  static String pythonType(JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "string" -> schema.has("contentEncoding") ? "bytes" : "str";
      case "integer" -> "int";
      case "number" -> "float";
      case "boolean" -> "bool";
      case "null" -> "None";
      case "array" -> "list[" + pythonType(schema.path("items")) + "]";
      case "object" -> "dict[str, object]";
      default -> "object";
    };
  }

  /** The arguments that the components of a record make. */
  static List<ToolParameter> of(Class<?> recordType) {
    return Arrays.stream(recordType.getRecordComponents()).map(ToolParameter::of).toList();
  }

  private static ToolParameter of(RecordComponent component) {
    boolean optional =
        component.getType() == Optional.class
            || isNullable(component.getAnnotatedType())
            || isNullable(component)
            || isNullable(component.getAccessor());
    String type = pythonType(component.getGenericType());
    return new ToolParameter(
        component.getName(),
        optional && !type.endsWith("| None") && !type.equals("object") ? type + " | None" : type,
        !optional);
  }

  /** Any annotation of that name counts, since several libraries have one. */
  private static boolean isNullable(AnnotatedElement element) {
    return Arrays.stream(element.getAnnotations())
        .anyMatch(annotation -> annotation.annotationType().getSimpleName().equals("Nullable"));
  }

  /** The Python type expression of a Java type. */
  static String pythonType(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw) {
      Type[] arguments = generic.getActualTypeArguments();
      if (raw == Optional.class) {
        return pythonType(arguments[0]) + " | None";
      } else if (Collection.class.isAssignableFrom(raw) && arguments.length == 1) {
        return "list[" + pythonType(arguments[0]) + "]";
      } else if (Map.class.isAssignableFrom(raw) && arguments.length == 2) {
        return "dict[str, " + pythonType(arguments[1]) + "]";
      }
      return pythonType(raw);
    }
    if (type instanceof GenericArrayType array) {
      return "list[" + pythonType(array.getGenericComponentType()) + "]";
    }
    return type instanceof Class<?> plain ? pythonType(plain) : "object";
  }

  private static String pythonType(Class<?> type) {
    if (type == boolean.class || type == Boolean.class) {
      return "bool";
    } else if (type == double.class
        || type == Double.class
        || type == float.class
        || type == Float.class
        || type == BigDecimal.class) {
      return "float";
    } else if (type == char.class
        || type == Character.class
        || CharSequence.class.isAssignableFrom(type)
        || type.isEnum()) {
      return "str";
    } else if ((type.isPrimitive() && type != void.class)
        || type == BigInteger.class
        || Number.class.isAssignableFrom(type)) {
      return "int";
    } else if (type == byte[].class) {
      return "bytes";
    } else if (type == void.class || type == Void.class) {
      return "None";
    } else if (type.isArray()) {
      return "list[" + pythonType(type.getComponentType()) + "]";
    } else if (Collection.class.isAssignableFrom(type)) {
      return "list[object]";
    } else if (Map.class.isAssignableFrom(type) || type.isRecord()) {
      return "dict[str, object]";
    } else {
      return "object";
    }
  }
}
