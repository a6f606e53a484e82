package io.isoruntime.supervisor.tools;

import io.isoruntime.IsoException;
import io.isoruntime.Tool;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The schemas that a tool was given, read once for as long as there is the tool.
 *
 * @param input of its arguments
 * @param output of its answer
 */
record ToolSchemas(SchemaText input, SchemaText output) {
  private static final Map<Tool<?, ?>, ToolSchemas> KNOWN =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * Those of a tool that has some.
   *
   * @throws IsoException if one is none ({@link io.isoruntime.ErrorCode#TOOL_INVALID})
   */
  static ToolSchemas of(Tool<?, ?> tool) {
    return KNOWN.computeIfAbsent(
        tool,
        unread ->
            new ToolSchemas(
                SchemaText.ofInput(tool, tool.inputSchema().orElseThrow()),
                SchemaText.of(tool, tool.outputSchema().orElseThrow())));
  }
}
