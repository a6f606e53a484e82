package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.Tool;
import io.isoruntime.ToolParameter;
import io.isoruntime.supervisor.json.Json;
import java.lang.invoke.MethodType;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/** How Python calls the types of a tool's arguments, for whoever gave a wrong one. */
final class ArgumentTypes {
  private static final Map<Tool<?, ?>, Map<String, String>> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private static final Map<Class<?>, String> RANGES =
      Map.of(
          Byte.class, "from " + Byte.MIN_VALUE + " to " + Byte.MAX_VALUE,
          Short.class, "from " + Short.MIN_VALUE + " to " + Short.MAX_VALUE,
          Integer.class, "from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE,
          Long.class, "from " + Long.MIN_VALUE + " to " + Long.MAX_VALUE);

  private ArgumentTypes() {}

  /** Such as {@code " (int)"}; empty where there is no such argument. */
  static String of(Tool<?, ?> tool, String argument) {
    String type = KNOWN.computeIfAbsent(tool, ArgumentTypes::all).get(argument);
    return type == null ? "" : " (" + type + ")";
  }

  /** What an integer may be in Java, which Python's type doesn't tell; else empty. */
  static String range(@Nullable Throwable why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof InputCoercionException beyond && beyond.getTargetType() != null) {
        String range =
            RANGES.get(MethodType.methodType(beyond.getTargetType()).wrap().returnType());
        return range == null ? "" : ": it must be " + range;
      }
    }
    return "";
  }

  private static Map<String, String> all(Tool<?, ?> tool) {
    TypeSchemas schemas = new TypeSchemas();
    Map<String, ObjectNode> references = new HashMap<>();
    for (ToolParameter parameter : tool.parameters()) {
      references.put(parameter.name(), schemas.reference(parameter.type()));
    }
    ObjectNode root = Json.mapper().createObjectNode();
    root.set("$defs", schemas.definitions());
    PythonTypes types = new PythonTypes(Set.of());
    Map<String, String> all = new HashMap<>();
    references.forEach((name, schema) -> all.put(name, types.of(schema, root, name).plain()));
    return all;
  }
}
