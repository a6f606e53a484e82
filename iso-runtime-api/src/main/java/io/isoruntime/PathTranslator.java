package io.isoruntime;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Tells how a path of this process is named on the host whose engine starts the sandbox. They
 * differ when this process itself runs in a container. Implementations are immutable and
 * thread-safe.
 *
 * <p>The translators made here are pure functions of text: they read no file system, so that {@code
 * ..} is taken out as written and no symbolic link is followed, neither one that leads into a
 * shared directory nor one that leads out of it. Where links may be, give the path through {@link
 * Path#toRealPath} first.
 */
@FunctionalInterface
public interface PathTranslator {

  /**
   * The host's name of a path of this process.
   *
   * @param local absolute
   * @return absolute and normalised
   * @throws IllegalArgumentException if the path isn't absolute
   * @throws IsoException if the path isn't shared with the host ({@link ErrorCode#PATH_NOT_SHARED})
   */
  Path toHost(Path local);

  /**
   * The directories of this process that are shared with the host, normalised; what lies elsewhere
   * has no name there. Whoever needs a path that both sides know, such as a socket's directory,
   * makes it beneath one of them. Empty, as by default, if there is no such restriction.
   */
  default Set<Path> roots() {
    return Set.of();
  }

  /** The translator of a process that sees the host's own file system. */
  static PathTranslator identity() {
    return local -> Checks.absolute("The path to translate", local);
  }

  /**
   * The translator of a process that shares some directories with the host. The longest prefix
   * decides, whole names at a time: {@code /data2} isn't beneath {@code /data}. Both sides are
   * normalised; {@link #roots()} keeps the map's order.
   *
   * @param hostByLocal for each directory of this process its name on the host, all absolute
   * @throws IllegalArgumentException if the map is empty, a path isn't absolute, or two keys name
   *     the same directory
   */
  static PathTranslator mapping(Map<Path, Path> hostByLocal) {
    return new PrefixTranslator(hostByLocal);
  }
}
