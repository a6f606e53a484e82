package io.isoruntime;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The registry that {@link ToolRegistry#builder()} makes. */
final class ImmutableToolRegistry implements ToolRegistry {
  static final ToolRegistry EMPTY = new ImmutableToolRegistry(Map.of());

  private final Map<String, Tool<?, ?>> byName;

  private ImmutableToolRegistry(Map<String, Tool<?, ?>> byName) {
    this.byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  @Override
  public Collection<Tool<?, ?>> tools() {
    return byName.values();
  }

  @Override
  public Optional<Tool<?, ?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** Refuses what would be ambiguous as attributes of the Python module {@code tools}. */
  static final class Collector implements ToolRegistry.Builder {
    private final Map<String, Tool<?, ?>> byName = new LinkedHashMap<>();

    @Override
    public ToolRegistry.Builder add(Tool<?, ?> tool) {
      String name = tool.name();
      for (String other : byName.keySet()) {
        if (other.equals(name) || other.startsWith(name + ".") || name.startsWith(other + ".")) {
          throw new Problem(
                  ErrorCode.TOOL_INVALID,
                  "The tools '" + other + "' and '" + name + "' collide.",
                  "The second was not registered.",
                  "Rename one of them.")
              .toException();
        }
      }
      byName.put(name, tool);
      return this;
    }

    @Override
    public ToolRegistry build() {
      return new ImmutableToolRegistry(byName);
    }
  }
}
