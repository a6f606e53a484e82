package io.isoruntime;

import java.nio.file.Path;

/**
 * Tells how a path of this process is named on the host whose engine starts the sandbox. They
 * differ when this process itself runs in a container. Implementations are immutable and
 * thread-safe.
 */
@FunctionalInterface
public interface PathTranslator {

  /**
   * The host's name of a path of this process.
   *
   * @param local absolute
   * @throws IsoException if the path isn't shared with the host
   */
  Path toHost(Path local);

  /** The translator of a process that sees the host's own file system. */
  static PathTranslator identity() {
    return local -> {
      if (!local.isAbsolute()) {
        throw new IllegalArgumentException("Not an absolute path: '" + local + "'.");
      }
      return local.normalize();
    };
  }
}
