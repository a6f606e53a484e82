package io.isoruntime.cli;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.ToolRegistry;
import io.isoruntime.toolhost.ToolHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The tools of Python bundles that a program is lent. */
final class BundleOptions {
  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      description =
          "Lend the program the Python tools of this bundle. They are run apart from it, with"
              + " network, where sandboxes are made: in a process of this host, or in a container."
              + " Repeatable.")
  List<Path> directories = new ArrayList<>();

  @Option(
      names = "--bundle-env",
      paramLabel = "NAME",
      description =
          "Give bundles this variable of the environment, which must be set, or with NAME* all that"
              + " begin so, beside AWS_* and NO_PROXY. Repeatable.")
  List<String> variables = new ArrayList<>();

  /**
   * Starts what runs the bundles; to be closed after the program.
   *
   * @return empty without a bundle
   * @throws UsageException if a bundle can't be loaded, with all that is wrong with it
   * @throws IsoException if the host is not ready for it
   */
  Optional<ToolHost> open(Target target) {
    if (directories.isEmpty()) {
      if (!variables.isEmpty()) {
        throw new UsageException(
            "Invalid option '--bundle-env': there is no bundle to give it to. Add --bundle DIR, or"
                + " leave it out.");
      }
      return Optional.empty();
    }
    try {
      ToolHost.Builder builder =
          ToolHost.builder()
              .bundles(directories.toArray(Path[]::new))
              .placement(target.toolHosts())
              .passEnvironment("AWS_*", "NO_PROXY")
              .passEnvironment(variables.toArray(String[]::new));
      variables.forEach(BundleOptions::requireSet);
      return Optional.of(builder.build());
    } catch (IsoException e) {
      if (e.problem().code() != ErrorCode.TOOL_BUNDLE_INVALID) {
        throw e;
      }
      throw new UsageException(
          "Invalid value for option '--bundle': "
              + e.problem().cause()
              + " "
              + e.problem().remedy());
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid value for option '--bundle-env': " + e.getMessage());
    }
  }

  /** A misspelt name would otherwise show in the tool's failure alone. */
  private static void requireSet(String name) {
    if (!name.endsWith("*") && System.getenv(name) == null) {
      throw new UsageException(
          "Invalid value for option '--bundle-env': there is no variable "
              + name
              + " in the environment. Set it, or give "
              + name
              + "* if it may be absent.");
    }
  }

  /** Tools of both kinds in one registry. */
  static ToolRegistry joined(ToolRegistry named, Optional<ToolHost> host) {
    if (host.isEmpty()) {
      return named;
    }
    ToolRegistry.Builder all = ToolRegistry.builder();
    named.tools().forEach(all::add);
    try {
      host.get().tools().forEach(all::add);
    } catch (IsoException e) {
      throw new UsageException("Invalid value for option '--bundle': " + e.problem().cause());
    }
    return all.build();
  }
}
