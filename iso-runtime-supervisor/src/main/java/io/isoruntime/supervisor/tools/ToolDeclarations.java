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

  /**
   * Finds out whether all tools can be used.
   *
   * @throws io.isoruntime.IsoException if one can't ({@link io.isoruntime.ErrorCode#TOOL_INVALID})
   */
  public static void check(ToolRegistry registry) {
    for (Tool<?, ?> tool : registry.tools()) {
      if (tool.inputSchema().isPresent()) {
        ToolSchemas.of(tool);
      }
    }
  }

  private static Object declaration(Tool<?, ?> tool) {
    return Json.object(
        "name", tool.name(),
        "params",
            ToolParameter.of(tool).stream()
                .map(
                    parameter ->
                        Json.object(
                            "name", parameter.name(),
                            "type", parameter.type(),
                            "required", parameter.required()))
                .toList(),
        "returns",
            tool.outputSchema().isPresent()
                ? ToolParameter.pythonType(ToolSchemas.of(tool).output().json())
                : ToolParameter.pythonType(tool.outputType()),
        "doc", tool.description());
  }
}
