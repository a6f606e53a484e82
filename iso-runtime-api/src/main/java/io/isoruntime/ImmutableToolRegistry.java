package io.isoruntime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    private static final Set<String> KEYWORDS =
        Set.of(
            "False",
            "None",
            "True",
            "and",
            "as",
            "assert",
            "async",
            "await",
            "break",
            "class",
            "continue",
            "def",
            "del",
            "elif",
            "else",
            "except",
            "finally",
            "for",
            "from",
            "global",
            "if",
            "import",
            "in",
            "is",
            "lambda",
            "nonlocal",
            "not",
            "or",
            "pass",
            "raise",
            "return",
            "try",
            "while",
            "with",
            "yield");

    /** What the module has of its own, so that a tool of that name could not be reached. */
    private static final String TAKEN = "ToolError";

    private final Map<String, Tool<?, ?>> byName = new LinkedHashMap<>();

    /** The tools' names by how Python spells them, and one of each namespace by its spelling. */
    private final Map<String, String> spellings = new HashMap<>();

    private final Map<String, String> namespaces = new HashMap<>();

    @Override
    public ToolRegistry.Builder add(Tool<?, ?> tool) {
      String name = tool.name();
      String spelled = spelled(name);
      if (spelled.split("\\.")[0].equals(TAKEN)) {
        throw new Problem(
                ErrorCode.TOOL_INVALID,
                "'" + TAKEN + "' is taken by the module tools itself, so '" + name + "' can't be.",
                "The tool was not registered.",
                "Rename it.")
            .toException();
      }
      refuse(spellings.get(spelled), name);
      refuse(namespaces.get(spelled), name);
      List<String> around = namespacesOf(spelled);
      around.forEach(namespace -> refuse(spellings.get(namespace), name));
      around.forEach(namespace -> namespaces.put(namespace, name));
      spellings.put(spelled, name);
      byName.put(name, tool);
      return this;
    }

    @Override
    public ToolRegistry.Builder scan(Object holder) {
      AnnotatedTools.of(holder).forEach(this::add);
      return this;
    }

    /** For {@code a.b.c} these are {@code a} and {@code a.b}. */
    private static List<String> namespacesOf(String spelled) {
      List<String> namespaces = new ArrayList<>();
      for (int dot = spelled.indexOf('.'); dot >= 0; dot = spelled.indexOf('.', dot + 1)) {
        namespaces.add(spelled.substring(0, dot));
      }
      return namespaces;
    }

    private static void refuse(@Nullable String other, String name) {
      if (other != null) {
        throw collision(other, name);
      }
    }

    @Override
    public ToolRegistry build() {
      return new ImmutableToolRegistry(byName);
    }

    private static IsoException collision(String first, String second) {
      return new Problem(
              ErrorCode.TOOL_INVALID,
              first.equals(second)
                  ? "There is a tool '" + first + "' already."
                  : "In Python the names '" + first + "' and '" + second + "' are one.",
              "The second was not registered.",
              "Rename one of them.")
          .toException();
    }

    /** As Python spells it: a keyword gets an underscore. */
    private static String spelled(String name) {
      return Arrays.stream(name.split("\\."))
          .map(part -> KEYWORDS.contains(part) ? part + "_" : part)
          .collect(Collectors.joining("."));
    }
  }
}
