package io.isoruntime.supervisor.tools;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Stubs for a model's prompt: as Python programmers write them, with plain names. Where a tool has
 * the name of a type a checker would stumble; for checkers there is {@link StubFile}.
 */
final class PromptStubs {
  private static final String INDENTATION = "    ";
  private static final String HEAD =
      """
      # The module tools; each tool can be awaited as well: await name.aio(...)

      class ToolError(Exception):
          code: str
          message: str
          retryable: bool
      """;

  private final StringBuilder text = new StringBuilder(HEAD);

  private PromptStubs() {}

  /** Empty if there are no tools. */
  static String of(List<PythonTool> tools, Set<String> errors, PythonTypes types) {
    if (tools.isEmpty()) {
      return "";
    }
    PromptStubs stubs = new PromptStubs();
    errors.forEach(name -> stubs.text.append("\nclass " + name + "(ToolError): ...\n"));
    types.definitions().forEach(stubs::define);
    stubs.namespace(tools, 0);
    return stubs.text.toString();
  }

  private void define(String name, PythonTypes.Definition definition) {
    text.append('\n');
    if (definition instanceof PythonTypes.Alias alias) {
      text.append(name + " = " + alias.type().plain() + "\n");
      return;
    }
    Map<String, PythonTypes.Field> members = ((PythonTypes.Fields) definition).members();
    if (members.keySet().stream().allMatch(PythonText::isIdentifier)) {
      text.append("class " + name + "(TypedDict):\n");
      members.forEach(
          (member, field) -> text.append(INDENTATION + member + ": " + type(field) + "\n"));
    } else {
      text.append(name + " = TypedDict(\"" + name + "\", ")
          .append(
              members.entrySet().stream()
                  .map(each -> PythonText.literal(each.getKey()) + ": " + type(each.getValue()))
                  .collect(Collectors.joining(", ", "{", "})\n")));
    }
  }

  private static String type(PythonTypes.Field field) {
    return field.required() ? field.type().plain() : "NotRequired[" + field.type().plain() + "]";
  }

  private void namespace(List<PythonTool> tools, int depth) {
    Map<String, List<PythonTool>> members = new LinkedHashMap<>();
    for (PythonTool tool : tools) {
      members.computeIfAbsent(tool.path().get(depth), name -> new ArrayList<>()).add(tool);
    }
    String indentation = INDENTATION.repeat(depth);
    String gap = depth == 0 ? "\n" : "";
    for (Map.Entry<String, List<PythonTool>> member : members.entrySet()) {
      PythonTool first = member.getValue().get(0);
      text.append(gap);
      gap = "\n";
      if (first.path().size() == depth + 1) {
        function(member.getKey(), first, indentation);
      } else {
        text.append(indentation + "class " + member.getKey() + ":\n");
        namespace(member.getValue(), depth + 1);
      }
    }
  }

  private void function(String name, PythonTool tool, String indentation) {
    String inner = indentation + INDENTATION;
    String doc = doc(tool);
    text.append(indentation.isEmpty() ? "" : indentation + "@staticmethod\n")
        .append(indentation + "def " + name + tool.signature(type -> type) + ":")
        .append(doc.isEmpty() ? " ..." : "\n" + inner + PythonText.docstring(doc, inner))
        .append('\n');
  }

  private static String doc(PythonTool tool) {
    String raises =
        tool.raises().entrySet().stream()
            .map(each -> "\n    " + each.getValue() + ": " + each.getKey())
            .collect(Collectors.joining());
    return (tool.about() + (raises.isEmpty() ? "" : "\n\nRaises:" + raises)).strip();
  }
}
