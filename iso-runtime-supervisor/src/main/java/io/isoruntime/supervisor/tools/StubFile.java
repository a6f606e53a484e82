package io.isoruntime.supervisor.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of {@code tools.pyi}. Names of Python's own are qualified, since a tool may be called
 * {@code list} or {@code date}; tools' names begin with letters, so nothing hides the modules.
 */
final class StubFile {
  private static final Map<String, String> QUALIFIED =
      Map.of(
          "Any", "_typing.Any",
          "Literal", "_typing.Literal",
          "datetime", "_datetime.datetime",
          "date", "_datetime.date",
          "time", "_datetime.time",
          "timedelta", "_datetime.timedelta",
          "Decimal", "_decimal.Decimal");
  private static final String HEAD =
      """
      import builtins as _builtins
      import datetime as _datetime
      import decimal as _decimal
      import typing as _typing
      import typing_extensions as _typing_extensions

      class ToolError(_builtins.Exception):
          code: _builtins.str
          message: _builtins.str
          retryable: _builtins.bool
          def __init__(
              self, code: _builtins.str, message: _builtins.str, retryable: _builtins.bool = ...
          ) -> None: ...

      """;

  private final StringBuilder text = new StringBuilder(HEAD);

  private StubFile() {}

  private static String qualified(String name) {
    return QUALIFIED.getOrDefault(name, "_builtins." + name);
  }

  static String of(List<PythonTool> tools, Set<String> errors, PythonTypes types) {
    StubFile file = new StubFile();
    errors.forEach(name -> file.text.append("class " + name + "(ToolError): ...\n"));
    types.definitions().forEach(file::define);
    file.namespace("", tools, 0);
    return file.text.toString();
  }

  private void define(String name, PythonTypes.Definition definition) {
    if (definition instanceof PythonTypes.Alias alias) {
      text.append(name + ": _typing_extensions.TypeAlias = ")
          .append(PythonText.quoted(alias.type().render(StubFile::qualified)))
          .append('\n');
      return;
    }
    String fields =
        ((PythonTypes.Fields) definition)
            .members().entrySet().stream()
                .map(
                    member ->
                        "    "
                            + PythonText.literal(member.getKey())
                            + ": "
                            + field(member.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}"));
    text.append(name + " = _typing.TypedDict(\"" + name + "\", " + fields + ")\n");
  }

  private static String field(PythonTypes.Field field) {
    String type = field.type().render(StubFile::qualified);
    return PythonText.quoted(
        field.required() ? type : "_typing_extensions.NotRequired[" + type + "]");
  }

  /** A class for each tool and for each namespace, and an attribute that is the only one of it. */
  private void namespace(String prefix, List<PythonTool> tools, int depth) {
    Map<String, List<PythonTool>> members = new LinkedHashMap<>();
    for (PythonTool tool : tools) {
      members.computeIfAbsent(tool.path().get(depth), name -> new ArrayList<>()).add(tool);
    }
    StringBuilder attributes = new StringBuilder();
    members.forEach(
        (name, those) -> {
          String type = prefix + "_" + name;
          if (those.get(0).path().size() == depth + 1) {
            tool(type, those.get(0));
          } else {
            namespace(type, those, depth + 1);
          }
          attributes.append(depth == 0 ? "" : "    ").append(name + ": " + type + "\n");
        });
    text.append(depth == 0 ? "" : "class " + prefix + ":\n").append(attributes);
  }

  private void tool(String type, PythonTool tool) {
    String signature = tool.signature(StubFile::qualified);
    String self = tool.parameters().isEmpty() ? "__self" : "__self, ";
    String arguments = "(" + self + signature.substring(1);
    text.append("class " + type + ":\n    def __call__" + arguments + ":\n")
        .append("        " + PythonText.literal(tool.description()) + "\n")
        .append("    async def aio" + arguments + ": ...\n");
  }
}
