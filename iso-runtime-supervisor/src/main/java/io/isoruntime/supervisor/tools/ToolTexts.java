package io.isoruntime.supervisor.tools;

import io.isoruntime.Tool;
import io.isoruntime.ToolDescriber;
import io.isoruntime.ToolDescription;
import io.isoruntime.ToolRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What models are told of tools; found by {@link java.util.ServiceLoader}. Thread-safe. */
public final class ToolTexts implements ToolDescriber {
  /** For the service loader. */
  public ToolTexts() {}

  @Override
  public String describe(ToolRegistry tools, ToolDescription style) {
    ToolModule module = ToolModule.of(tools);
    return switch (style) {
      case PYTHON_STUBS -> module.prompt();
      case COMPACT ->
          module.tools().stream().map(tool -> tool.line() + "\n").collect(Collectors.joining());
      case JSON_SCHEMA ->
          module.isEmpty()
              ? "[]\n"
              : module.functions().stream()
                  .map(FunctionSchema::json)
                  .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    };
  }

  @Override
  public ToolRegistry search(ToolRegistry tools, String query, int max) {
    Map<String, Tool<?, ?>> byName = new HashMap<>();
    tools.tools().forEach(tool -> byName.put(tool.name(), tool));
    ToolRegistry.Builder found = ToolRegistry.builder();
    ToolSearch.of(ToolModule.of(tools).tools(), query).stream()
        .limit(max)
        .<@Nullable Tool<?, ?>>map(tool -> byName.get(tool.name()))
        .forEach(
            tool -> {
              if (tool != null) { // of a registry that changed meanwhile
                found.add(tool);
              }
            });
    return found.build();
  }
}
