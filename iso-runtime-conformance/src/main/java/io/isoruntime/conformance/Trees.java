package io.isoruntime.conformance;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Directories that a trial made. */
final class Trees {
  private Trees() {}

  /**
   * Removes a directory with all that is in it, following no link.
   *
   * <p>A program without a sandbox may have made it deeper than any path is long (PATH_MAX), and
   * taken its own rights away. So nothing is reached by a path of more than two names: whatever
   * lies deeper is moved up.
   */
  static void remove(Path root) throws IOException {
    if (isDirectory(root)) {
      String unique = "iso-" + UUID.randomUUID() + "-";
      int moved = 0;
      for (List<Path> children = children(root); !children.isEmpty(); children = children(root)) {
        for (Path child : children) {
          for (Path grandchild : isDirectory(child) ? children(child) : List.<Path>of()) {
            if (isDirectory(grandchild)) {
              allow(grandchild); // its entry ".." changes
              Files.move(grandchild, root.resolve(unique + moved++));
            } else {
              Files.delete(grandchild);
            }
          }
          Files.delete(child);
        }
      }
    }
    Files.deleteIfExists(root);
  }

  /** Everything beneath a directory that is not deep; no link is followed. */
  static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> tree = Files.walk(directory)) {
      return tree.toList();
    }
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private static List<Path> children(Path directory) throws IOException {
    allow(directory);
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    }
    return children;
  }

  private static void allow(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
  }
}
