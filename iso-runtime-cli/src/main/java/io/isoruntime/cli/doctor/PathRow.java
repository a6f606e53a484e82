package io.isoruntime.cli.doctor;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.docker.EngineDiagnosis.Origin;
import io.isoruntime.docker.EngineDiagnosis.Paths;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges whether this process and the engine's host mean the same directories. Only mounts and the
 * Unix socket need that, so it is a fault only where somebody says that it is so and it is not.
 */
final class PathRow {
  private static final String NAME = "path-translation";
  private static final int SHORT_ID = 12;

  private PathRow() {}

  /**
   * Whether containers of the engine see directories of this process.
   *
   * @param tried whether that was found out
   * @param hindrance why they don't
   */
  record Sight(boolean tried, Optional<Problem> hindrance) {
    static final Sight UNTRIED = new Sight(false, Optional.empty());
    static final Sight CLEAR = new Sight(true, Optional.empty());

    /** What a problem with a mount says about it; one of another kind says nothing. */
    static Sight of(Problem problem) {
      return problem.code() == ErrorCode.PATH_NOT_SHARED
          ? new Sight(true, Optional.of(problem))
          : UNTRIED;
    }
  }

  /** Whether the directory has a name on the engine's host. */
  static boolean isShared(Paths paths, Path directory) {
    try {
      paths.translator().toHost(directory);
      return true;
    } catch (IsoException e) {
      return false;
    }
  }

  /**
   * The row.
   *
   * @param absent those of the translator's directories that don't exist here
   */
  static Row of(Paths paths, Path workspaces, Set<Path> absent, Sight sight) {
    String translation = origin(paths) + roots(paths);
    if (!absent.isEmpty()) {
      Path first = absent.iterator().next();
      return Row.fail(
          NAME,
          translation + "; yet " + first + " is no directory here",
          "Mount it into this container, such as with docker run -v "
              + paths.translator().toHost(first)
              + ":"
              + first
              + ", or unset the variable HOST_* for it.");
    }
    if (sight.hindrance().isPresent()) {
      Problem problem = sight.hindrance().get();
      return paths.origin() == Origin.SAME
          ? Row.pass(
              NAME,
              translation
                  + "; yet containers don't see "
                  + workspaces
                  + ", which matters only where directories are to be mounted")
          : Row.fail(NAME, translation + ": " + problem.cause(), problem.remedy());
    }
    if (!isShared(paths, workspaces)) {
      return Row.pass(
          NAME,
          translation
              + "; "
              + workspaces
              + " is not shared, as it need not be: files go through the channel");
    }
    return Row.pass(
        NAME, translation + (sight.tried() ? "; seen by containers" : "; not tried out"));
  }

  private static String origin(Paths paths) {
    String container =
        paths.container().map(id -> id.substring(0, Math.min(SHORT_ID, id.length()))).orElse("");
    return switch (paths.origin()) {
      case ENVIRONMENT ->
          "by the variables HOST_*"
              + (container.isEmpty() ? "" : ", in the container " + container);
      case OWN_CONTAINER -> "by the mounts of the container " + container;
      case SAME -> "none: in no container of the engine, so paths are taken to be the same";
    };
  }

  private static String roots(Paths paths) {
    if (paths.origin() == Origin.SAME) {
      return "";
    }
    return paths.translator().roots().isEmpty()
        ? ", which shares no directory"
        : paths.translator().roots().stream()
            .map(root -> root + " is " + paths.translator().toHost(root) + " on the engine's host")
            .collect(Collectors.joining(", ", ", ", ""));
  }
}
