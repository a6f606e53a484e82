package io.isoruntime.supervisor.tools;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Tool;
import io.isoruntime.ToolParameter;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.UnaryOperator;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The Python module {@code tools} of a registry: made once, of the tools' schemas, and sent as it
 * is with each execution. Immutable.
 */
public final class ToolModule {
  private static final Map<ToolRegistry, ToolModule> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());
  private static final Set<String> OWN_NAMES = Set.of("ToolError");

  private final List<PythonTool> tools = new ArrayList<>();
  private final List<FunctionSchema> functions = new ArrayList<>();
  private final Map<String, String> errors = new LinkedHashMap<>();
  private final PythonTypes types;
  private final byte[] data;
  private final byte[] stubs;

  private ToolModule(ToolRegistry registry) {
    Set<String> names = new HashSet<>();
    for (Tool<?, ?> tool : registry.tools()) {
      names.add(path(tool).get(0));
    }
    for (Tool<?, ?> tool : registry.tools()) {
      for (String code : tool.errorCodes()) {
        declare(tool, code, names);
      }
    }
    Set<String> taken = new HashSet<>(names);
    taken.addAll(errors.keySet());
    types = new PythonTypes(taken);
    Schemas schemas = new Schemas(registry);
    for (Tool<?, ?> tool : registry.tools()) {
      functions.add(
          new FunctionSchema(
              tool.name(),
              tool.description(),
              schemas.input(tool),
              schemas.output(tool),
              tool.inputSchema().isPresent() ? NullNode.getInstance() : schemas.shared));
      tools.add(pythonTool(tool, schemas));
    }
    data = compressed(lines());
    stubs = compressed(StubFile.of(tools, errors.keySet(), types));
  }

  /**
   * The module of a registry.
   *
   * @throws IsoException if one of its tools can't be used ({@link ErrorCode#TOOL_INVALID})
   */
  public static ToolModule of(ToolRegistry registry) {
    ToolModule known = KNOWN.get(registry);
    if (known == null) {
      known = new ToolModule(registry);
      KNOWN.put(registry, known);
    }
    return known;
  }

  /** Init passes on what we send, pipe by pipe: a tenth of the bytes is worth their unpacking. */
  private static byte[] compressed(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new DeflaterOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory has no errors
    }
    return bytes.toByteArray();
  }

  /** Whether there is no tool. */
  public boolean isEmpty() {
    return tools.isEmpty();
  }

  /**
   * What the executor makes the tools of, when a program asks for them: on each line the name of a
   * tool, a type or an exception, a tab, and what it is in JSON; all of it compressed by zlib. Not
   * to be changed.
   */
  public byte[] data() {
    return data;
  }

  /** The stub file, for type checkers and readers, compressed too. Not to be changed. */
  public byte[] stubs() {
    return stubs;
  }

  /** The tools in their order. */
  List<PythonTool> tools() {
    return Collections.unmodifiableList(tools);
  }

  /** The tools' schemas, in the same order. */
  List<FunctionSchema> functions() {
    return Collections.unmodifiableList(functions);
  }

  /** For a model to read. */
  String prompt() {
    return PromptStubs.of(tools, errors.keySet(), types);
  }

  private static List<String> path(Tool<?, ?> tool) {
    return Arrays.stream(tool.name().split("\\.")).map(PythonText::identifier).toList();
  }

  private void declare(Tool<?, ?> tool, String code, Set<String> names) {
    String type = PythonText.className(code);
    String other = errors.putIfAbsent(type, code);
    if (OWN_NAMES.contains(type)
        || names.contains(type)
        || (other != null && !other.equals(code))) {
      throw invalid(
          tool,
          "the exception " + type + " of its code " + code + " has the name of something else");
    }
  }

  private static IsoException invalid(Tool<?, ?> tool, String why) {
    return new Problem(
            ErrorCode.TOOL_INVALID,
            "Tool '" + tool.name() + "' can't be used: " + why + ".",
            "No execution with it begins.",
            "Choose another name.")
        .toException();
  }

  private PythonTool pythonTool(Tool<?, ?> tool, Schemas schemas) {
    String typeName = PythonText.className(tool.name());
    JsonNode root = schemas.root(tool);
    List<PythonTool.Parameter> parameters = new ArrayList<>();
    Set<String> spellings = new HashSet<>();
    ObjectNode input = schemas.input(tool);
    Set<String> required = new HashSet<>();
    input.path("required").forEach(each -> required.add(each.asText()));
    for (Map.Entry<String, JsonNode> property : input.path("properties").properties()) {
      String name = property.getKey();
      String spelled = PythonText.identifier(name);
      if (!spellings.add(spelled)) {
        throw invalid(tool, "in Python two of its arguments are called '" + spelled + "'");
      }
      PythonType type = types.of(property.getValue(), root, typeName + PythonText.className(name));
      boolean needed = required.contains(name);
      parameters.add(
          new PythonTool.Parameter(
              name,
              spelled,
              type,
              needed,
              needed ? null : initial(tool, property.getValue(), type),
              property.getValue().path("description").asText()));
    }
    Map<String, String> raises = new LinkedHashMap<>();
    tool.errorCodes().forEach(code -> raises.put(code, PythonText.className(code)));
    return new PythonTool(
        tool.name(),
        path(tool),
        PythonTool.ordered(parameters),
        types.of(schemas.output(tool), schemas.outputRoot(tool), typeName + "Result"),
        tool.description(),
        raises);
  }

  /** A record's component that is left out is null; a schema may say something else. */
  private @Nullable JsonNode initial(Tool<?, ?> tool, JsonNode schema, PythonType type) {
    JsonNode initial = schema.path("default");
    if (type.takesNone() && (tool.inputSchema().isEmpty() || initial.isNull())) {
      return NullNode.getInstance();
    }
    return types.takes(type, initial) ? initial : null;
  }

  private String lines() {
    StringBuilder lines = new StringBuilder();
    for (PythonTool tool : tools) {
      lines.append(tool.dotted()).append('\t').append(line(tool)).append('\n');
    }
    errors.forEach(
        (type, code) ->
            lines.append(type).append('\t').append(Json.text(Map.of("error", code))).append('\n'));
    types
        .definitions()
        .forEach(
            (name, definition) ->
                lines.append(name).append('\t').append(line(definition)).append('\n'));
    return lines.toString();
  }

  private String line(PythonTool tool) {
    List<Object> parameters = new ArrayList<>();
    for (PythonTool.Parameter each : tool.parameters()) {
      List<@Nullable Object> told = new ArrayList<>();
      told.add(each.name());
      told.add(each.spelled());
      told.add(each.type().plain());
      told.add(each.required());
      if (each.initial() != null) {
        told.add(each.initial());
      }
      parameters.add(told);
    }
    String about = tool.about(); // what the documentation begins with
    return Json.text(
        Json.object(
            "tool", tool.name(),
            "params", parameters,
            "returns", tool.returns().plain(),
            "doc", tool.documentation(types),
            "about", about.codePointCount(0, about.length()),
            "brief", tool.brief(),
            "raises", tool.raises()));
  }

  private static String line(PythonTypes.Definition definition) {
    if (definition instanceof PythonTypes.Alias alias) {
      return Json.text(Map.of("alias", alias.type().render(UnaryOperator.identity())));
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    ((PythonTypes.Fields) definition)
        .members()
        .forEach(
            (name, field) -> fields.put(name, List.of(field.type().plain(), field.required())));
    return Json.text(Map.of("fields", fields));
  }

  /**
   * The schemas of all tools, those of Java types made in one go, so that they share definitions.
   */
  private static final class Schemas {
    private final Map<Tool<?, ?>, ObjectNode> inputs = new HashMap<>();
    private final Map<Tool<?, ?>, JsonNode> outputs = new HashMap<>();
    private final ObjectNode shared = Json.mapper().createObjectNode();

    Schemas(ToolRegistry registry) {
      TypeSchemas types = new TypeSchemas();
      for (Tool<?, ?> tool : registry.tools()) {
        if (tool.inputSchema().isPresent()) {
          ToolSchemas given = ToolSchemas.of(tool);
          inputs.put(tool, (ObjectNode) given.input().json());
          outputs.put(tool, given.output().json());
        } else {
          inputs.put(tool, arguments(tool, types));
          outputs.put(tool, types.reference(tool.resultType()));
        }
      }
      shared.set("$defs", types.definitions());
    }

    private static ObjectNode arguments(Tool<?, ?> tool, TypeSchemas types) {
      ObjectNode schema = Json.mapper().createObjectNode().put("type", "object");
      ObjectNode properties = schema.putObject("properties");
      var required = schema.putArray("required");
      for (ToolParameter parameter : tool.parameters()) {
        ObjectNode type = types.reference(parameter.type());
        if (parameter.required()) {
          required.add(parameter.name());
        } else if (parameter.type() instanceof Class<?>) {
          ObjectNode optional = Json.mapper().createObjectNode();
          optional.putArray("anyOf").add(type).addObject().put("type", "null");
          type = optional;
        }
        properties.set(parameter.name(), type);
        if (!parameter.description().isEmpty()) {
          type.put("description", parameter.description());
        }
      }
      return schema.put("additionalProperties", false);
    }

    ObjectNode input(Tool<?, ?> tool) {
      return requireNonNull(inputs.get(tool));
    }

    JsonNode output(Tool<?, ?> tool) {
      return requireNonNull(outputs.get(tool));
    }

    JsonNode root(Tool<?, ?> tool) {
      return tool.inputSchema().isPresent() ? input(tool) : shared;
    }

    JsonNode outputRoot(Tool<?, ?> tool) {
      return tool.inputSchema().isPresent() ? output(tool) : shared;
    }
  }
}
