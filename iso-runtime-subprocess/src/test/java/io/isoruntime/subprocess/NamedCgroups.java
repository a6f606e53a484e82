package io.isoruntime.subprocess;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** This host's cgroups by name. Those of others come and go while one looks, and are passed by. */
final class NamedCgroups {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private NamedCgroups() {}

  /** Those of all hierarchies whose name begins so. */
  static List<Path> of(String prefix) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            if (directory.getFileName().toString().startsWith(prefix)) {
              found.add(directory);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
