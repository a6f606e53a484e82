package io.isoruntime.supervisor.tools;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import java.util.List;

/** The tools of a registry as RUN tells them to the executor, which makes its module of them. */
public final class ToolDeclarations {
  private ToolDeclarations() {}

  /** One JSON-ready object for each tool. */
  public static List<?> of(ToolRegistry registry) {
    return registry.tools().stream().map(ToolDeclarations::declaration).toList();
  }

  private static Object declaration(Tool<?, ?> tool) {
    return Json.object(
        "name", tool.name(),
        "params",
            ToolParameter.of(tool.inputType()).stream()
                .map(
                    parameter ->
                        Json.object(
                            "name", parameter.name(),
                            "type", parameter.type(),
                            "required", parameter.required()))
                .toList(),
        "returns", ToolParameter.pythonType(tool.outputType()),
        "doc", tool.description());
  }
}
