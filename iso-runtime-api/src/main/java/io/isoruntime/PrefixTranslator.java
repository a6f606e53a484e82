package io.isoruntime;

import static java.util.stream.Collectors.joining;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The translator that {@link PathTranslator#mapping} makes. */
final class PrefixTranslator implements PathTranslator {
  private final Map<Path, Path> hostByLocal = new LinkedHashMap<>();

  PrefixTranslator(Map<Path, Path> hostByLocal) {
    // Without a prefix its roots would be empty, which means the opposite: that all is shared.
    if (hostByLocal.isEmpty()) {
      throw new IllegalArgumentException("At least one directory must be mapped.");
    }
    hostByLocal.forEach(
        (local, host) -> {
          Path prefix = Checks.absolute("A shared directory", local);
          Path target = Checks.absolute("The host's name of '" + prefix + "'", host);
          if (this.hostByLocal.putIfAbsent(prefix, target) != null) {
            throw new IllegalArgumentException("'" + prefix + "' is mapped twice.");
          }
        });
  }

  @Override
  public Path toHost(Path local) {
    Path wanted = Checks.absolute("The path to translate", local);
    // From the path itself up to the root, so that the longest prefix is met first.
    for (Path prefix = wanted; prefix != null; prefix = prefix.getParent()) {
      @Nullable Path host = hostByLocal.get(prefix);
      if (host != null) {
        return host.resolve(prefix.relativize(wanted));
      }
    }
    throw notShared(local, wanted);
  }

  @Override
  public Set<Path> roots() {
    return Collections.unmodifiableSet(hostByLocal.keySet());
  }

  @Override
  public String toString() {
    return hostByLocal.toString();
  }

  private IsoException notShared(Path local, Path wanted) {
    String given = "'" + local + "'" + (local.equals(wanted) ? "" : ", which is '" + wanted + "',");
    String shared = roots().stream().map(root -> "'" + root + "'").collect(joining(", "));
    return new Problem(
            ErrorCode.PATH_NOT_SHARED,
            "The path "
                + given
                + " lies beneath none of the directories shared with the host: "
                + shared
                + ".",
            "The engine can't reach it.",
            "Use a path beneath one of these, or mount its directory from the host into this"
                + " container and tell its host path: by PathTranslator.mapping, or by"
                + " HOST_EXEC_WORKSPACE_PATH, HOST_BUNDLES_PATH or HOST_KB_STORAGE_PATH.")
        .toException();
  }
}
