package io.isoruntime.cli;

import io.isoruntime.ToolRegistry;
import io.isoruntime.ToolRegistryProvider;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the tools that {@code --tools} names. */
final class ToolSource {
  private ToolSource() {}

  /**
   * The tools.
   *
   * @param name {@code demo}, a provider's class, or {@code null} for none
   * @throws UsageException if there is no such provider, or it makes no tools
   */
  static ToolRegistry load(@Nullable String name) {
    if (name == null) {
      return ToolRegistry.empty();
    } else if (name.equals("demo")) {
      return DemoTools.registry();
    }
    try {
      return pick(name, ServiceLoader.load(ToolRegistryProvider.class).stream().toList())
          .get()
          .tools();
    } catch (ServiceConfigurationError | RuntimeException e) {
      if (e instanceof UsageException) {
        throw e;
      }
      throw unusable(name, "its tools can't be made: " + reason(e) + ". Correct the provider.");
    }
  }

  private static ServiceLoader.Provider<ToolRegistryProvider> pick(
      String name, List<ServiceLoader.Provider<ToolRegistryProvider>> providers) {
    for (ServiceLoader.Provider<ToolRegistryProvider> provider : providers) {
      if (name.equals(provider.type().getName())
          || name.equals(provider.type().getCanonicalName())) {
        return provider;
      }
    }
    List<ServiceLoader.Provider<ToolRegistryProvider>> simple =
        providers.stream().filter(found -> name.equals(found.type().getSimpleName())).toList();
    if (simple.size() == 1) {
      return simple.get(0);
    }
    throw unusable(
        name,
        (simple.isEmpty() ? "there is no such provider" : "several providers have that name")
            + " on the class path. Use demo"
            + providers.stream()
                .map(found -> ", " + found.type().getName())
                .sorted()
                .collect(Collectors.joining())
            + "; or add the jar with ISO_CLASSPATH, naming the class in its META-INF/services/"
            + ToolRegistryProvider.class.getName()
            + ".");
  }

  private static String reason(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown.getMessage() + (cause == null ? "" : " (" + cause + ")");
  }

  private static UsageException unusable(String name, String why) {
    return new UsageException("Invalid value for option '--tools': " + name + ": " + why);
  }
}
