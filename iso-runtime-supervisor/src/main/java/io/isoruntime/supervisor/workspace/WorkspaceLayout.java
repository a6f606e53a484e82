package io.isoruntime.supervisor.workspace;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where things are in a workspace's directory, and the few operations on it.
 *
 * @param root the absolute directory
 */
public record WorkspaceLayout(Path root) {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  Path pkg() {
    return root.resolve("pkg");
  }

  Path in() {
    return root.resolve("in");
  }

  Path out() {
    return root.resolve("out");
  }

  /** The artifacts. */
  public Path files() {
    return out().resolve("files");
  }

  Path calls() {
    return out().resolve("calls");
  }

  Path runs() {
    return root.resolve("runs");
  }

  /**
   * Creates what is absent.
   *
   * @throws IsoException if it can't be; then nothing that was created is left
   */
  public void create() {
    boolean existed = Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
    try {
      if (!existed) {
        Files.createDirectories(root.getParent());
        Files.createDirectory(root, PosixFilePermissions.asFileAttribute(PRIVATE));
      }
      for (Path directory : List.of(pkg(), in(), out(), files(), calls(), runs())) {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectory(directory);
        }
      }
    } catch (IOException e) {
      if (!existed) {
        deleteQuietly(root);
      }
      throw unusable("can't be created", e);
    }
  }

  IsoException unusable(String what, IOException e) {
    return unusable(root, what, e);
  }

  /** The error for every failure of the workspace's disk. */
  public static IsoException unusable(Path path, String what, IOException e) {
    return new IsoException(
        new Problem(
            ErrorCode.WORKSPACE_UNUSABLE,
            "The workspace " + path + " " + what + ": " + reason(e) + ".",
            "What it was needed for was not done, or has no complete record.",
            "Check that the directory is writable and its disk has free space and inodes"
                + " (df -h, df -i)."),
        e);
  }

  private static String reason(IOException e) {
    String message = e.getMessage() == null ? "" : ": " + RelativeName.printable(e.getMessage());
    return e.getClass().getSimpleName() + message;
  }

  /** The regular files beneath a directory: name with {@code /} to path, sorted. */
  static SortedMap<String, Path> list(Path directory) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) tree::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          files.put(directory.relativize(path).toString(), path);
        }
      }
    }
    return files;
  }

  /** Writes a file whole or not at all. */
  static void write(Path file, byte[] content) throws IOException {
    whole(file, temporary -> Files.write(temporary, content));
  }

  /** Begins a file that {@link #writeReserved} is to write whole. */
  static void reserve(Path file) throws IOException {
    Files.createFile(temporary(file));
  }

  /** Writes a file whole or not at all, sooner than {@link #write}: its inode is there already. */
  static void writeReserved(Path file, byte[] content) throws IOException {
    Files.write(temporary(file), content, StandardOpenOption.WRITE);
    Files.move(temporary(file), file);
  }

  /** Removes what is left of a file that was not written whole. */
  static void abandon(Path file) {
    deleteQuietly(temporary(file));
  }

  /** Copies a file whole or not at all. */
  static void copy(Path source, Path file) throws IOException {
    whole(file, temporary -> Files.copy(source, temporary, StandardCopyOption.REPLACE_EXISTING));
  }

  private interface Filler {
    void fill(Path temporary) throws IOException;
  }

  private static void whole(Path file, Filler filler) throws IOException {
    Path temporary = temporary(file);
    try {
      filler.fill(temporary);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw e;
    }
  }

  private static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".part");
  }

  /** Removes a tree without following links. */
  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void deleteQuietly(Path tree) {
    try {
      delete(tree);
    } catch (IOException e) {
      // Best effort on the way out of a failure that is reported already.
    }
  }
}
