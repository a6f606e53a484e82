package io.isoruntime;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The deployment's settings, read from the environment of the embedding service under the names of
 * the operations guide. Immutable.
 *
 * @param image {@code PY_CODE_EXEC_IMAGE}, by default {@code py-code-exec:latest}
 * @param timeout {@code PY_CODE_EXEC_TIMEOUT} in seconds, by default 600
 * @param networkMode {@code PY_CODE_EXEC_NETWORK_MODE} of the tool host, by default {@code host};
 *     the executor's network is always none
 * @param hostWorkspacePath {@code HOST_EXEC_WORKSPACE_PATH}: the host's name of {@code
 *     /exec-workspace}
 * @param hostBundlesPath {@code HOST_BUNDLES_PATH}: the host's name of the bundles' root
 * @param bundlesRoot {@code AGENTIC_BUNDLES_ROOT}, by default {@code /bundles}
 * @param hostKbStoragePath {@code HOST_KB_STORAGE_PATH}: the host's name of {@code /kdcube-storage}
 */
public record Settings(
    String image,
    Duration timeout,
    String networkMode,
    Optional<Path> hostWorkspacePath,
    Optional<Path> hostBundlesPath,
    Path bundlesRoot,
    Optional<Path> hostKbStoragePath) {
  private static final Path WORKSPACES = Path.of("/exec-workspace");
  private static final Path KB_STORAGE = Path.of("/kdcube-storage");

  /**
   * Reads this process's environment.
   *
   * @throws IsoException if a value is malformed; the message names the variable ({@link
   *     ErrorCode#SETTING_INVALID})
   */
  public static Settings fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  /** Reads the given environment; otherwise as {@link #fromEnvironment()}. */
  public static Settings fromEnvironment(Map<String, String> environment) {
    return new Settings(
        text(environment, "PY_CODE_EXEC_IMAGE", "py-code-exec:latest"),
        Duration.ofSeconds(seconds(environment, "PY_CODE_EXEC_TIMEOUT", 600)),
        text(environment, "PY_CODE_EXEC_NETWORK_MODE", "host"),
        path(environment, "HOST_EXEC_WORKSPACE_PATH"),
        path(environment, "HOST_BUNDLES_PATH"),
        path(environment, "AGENTIC_BUNDLES_ROOT").orElse(Path.of("/bundles")),
        path(environment, "HOST_KB_STORAGE_PATH"));
  }

  /**
   * The translator of a service in a container that was told, by at least one {@code HOST_*}
   * variable, how the host names what it shares; otherwise empty. The workspaces' directory, if
   * shared, is the first of its {@linkplain PathTranslator#roots() roots}.
   *
   * @throws IsoException if {@code AGENTIC_BUNDLES_ROOT} is one of the other shared directories, so
   *     that it would have two names on the host ({@link ErrorCode#SETTING_INVALID})
   * @throws IllegalArgumentException if the constructor was given a relative path
   */
  public Optional<PathTranslator> pathTranslator() {
    Map<Path, Path> shared = new LinkedHashMap<>();
    hostWorkspacePath.ifPresent(host -> shared.put(WORKSPACES, host));
    hostKbStoragePath.ifPresent(host -> shared.put(KB_STORAGE, host));
    hostBundlesPath.ifPresent(
        host -> {
          if (shared.putIfAbsent(bundlesRoot.normalize(), host) != null) {
            throw invalid(
                "AGENTIC_BUNDLES_ROOT",
                bundlesRoot.toString(),
                "a directory of its own",
                "such as /bundles");
          }
        });
    return shared.isEmpty() ? Optional.empty() : Optional.of(PathTranslator.mapping(shared));
  }

  private static String text(Map<String, String> environment, String name, String fallback) {
    @Nullable String value = environment.get(name);
    if (value == null) {
      return fallback;
    }
    if (value.isBlank() || value.chars().anyMatch(Character::isISOControl)) {
      throw invalid(name, value, "a non-empty text", "such as " + fallback);
    }
    return value;
  }

  private static long seconds(Map<String, String> environment, String name, long fallback) {
    @Nullable String value = environment.get(name);
    if (value == null) {
      return fallback;
    }
    try {
      return Checks.range(name, Long.parseLong(value), 1, Duration.ofDays(7).toSeconds());
    } catch (IllegalArgumentException e) {
      throw invalid(name, value, "whole seconds from 1 to 604800", "such as " + fallback);
    }
  }

  private static Optional<Path> path(Map<String, String> environment, String name) {
    @Nullable String value = environment.get(name);
    if (value == null) {
      return Optional.empty();
    }
    try {
      Path path = Path.of(value);
      if (path.isAbsolute() && value.chars().noneMatch(Settings::isStray)) {
        return Optional.of(path);
      }
    } catch (InvalidPathException e) {
      // falls through to the one message for every malformed path
    }
    throw invalid(
        name,
        value,
        "an absolute path without control or undecodable characters",
        "such as /srv/data");
  }

  /**
   * What no path means to have: a line end that came along, or the mark of bytes that could not be
   * decoded. An engine would mount the wrong directory or create it.
   */
  private static boolean isStray(int character) {
    return Character.isISOControl(character) || character == '\uFFFD';
  }

  private static IsoException invalid(String name, String value, String wanted, String example) {
    return new Problem(
            ErrorCode.SETTING_INVALID,
            "The environment variable " + name + " is '" + value + "', not " + wanted + ".",
            "The settings were not read.",
            "Set it to " + wanted + ", " + example + ", or unset it.")
        .toException();
  }
}
