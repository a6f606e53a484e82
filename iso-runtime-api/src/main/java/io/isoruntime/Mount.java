package io.isoruntime;

import java.nio.file.Path;

/**
 * A host directory or file that the embedder shows to the program, on purpose and by name. The one
 * way for host files to be reachable by path from a sandbox; a tree that holds sockets or FIFOs is
 * refused, since both work through a read-only mount.
 *
 * @param source an absolute path of the host
 * @param target an absolute path in the sandbox, beneath {@code /mnt/}
 * @param readOnly whether writing is denied
 */
public record Mount(Path source, String target, boolean readOnly) {

  /** Checks both paths. */
  public Mount {
    if (!source.isAbsolute()) {
      throw new IllegalArgumentException("A mount's source must be absolute: '" + source + "'.");
    }
    if (!target.matches("/mnt(/[A-Za-z0-9._-]+)+") || target.matches(".*/\\.\\.?(/.*)?")) {
      throw new IllegalArgumentException(
          "A mount's target must be a plain path beneath /mnt/: '" + target + "'.");
    }
  }

  /** A read-only mount. */
  public static Mount readOnly(Path source, String target) {
    return new Mount(source, target, true);
  }
}
