package io.isoruntime.supervisor.ledger;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;

/**
 * A directory that somebody may have laid traps in: what is beneath it is reached from its
 * descriptor, through no link, and only regular files are opened. Not thread-safe.
 */
final class GuardedDirectory implements Closeable {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final SecureDirectoryStream<Path> directory;

  private GuardedDirectory(SecureDirectoryStream<Path> directory) {
    this.directory = directory;
  }

  /** The directory of this path, which is followed: whoever names it chose it. */
  @SuppressWarnings("StreamResourceLeak") // ours to close
  static GuardedDirectory open(Path path) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new GuardedDirectory(secure);
    }
    stream.close();
    throw new FileSystemException(
        path.toString(), null, "its file system can't be read without following links");
  }

  /** A directory in this one. */
  GuardedDirectory child(String name) throws IOException {
    if (!attributes(name).isDirectory()) {
      throw new NotDirectoryException(name); // to open a FIFO would wait for ever
    }
    return new GuardedDirectory(
        directory.newDirectoryStream(Path.of(name), LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether there is anything of this name, a dangling link included. */
  boolean has(String name) throws IOException {
    try {
      attributes(name);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private BasicFileAttributes attributes(String name) throws IOException {
    return directory
        .getFileAttributeView(
            Path.of(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  /**
   * The names in it; can be asked once.
   *
   * @throws IOException if there are more than this
   */
  Set<String> names(int atMost) throws IOException {
    Set<String> names = new HashSet<>();
    try {
      for (Path path : directory) {
        if (names.size() == atMost) {
          throw new IOException("there are more than " + atMost + " files");
        }
        names.add(path.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** The content of a regular file of at most this size. */
  byte[] read(String name, int atMost) throws IOException {
    try (InputStream in = stream(name, atMost)) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (content.size() + count > atMost) {
          throw new IOException("it has more than " + atMost + " bytes");
        }
        content.write(buffer, 0, count);
      }
      return content.toByteArray();
    }
  }

  /** A regular file, which has at most this size now. */
  InputStream stream(String name, long atMost) throws IOException {
    BasicFileAttributes attributes = attributes(name);
    if (!attributes.isRegularFile()) {
      throw new IOException("it is not a regular file"); // to open a FIFO would wait for ever
    } else if (attributes.size() > atMost) {
      throw new IOException("it has more than " + atMost + " bytes");
    }
    return Channels.newInputStream(directory.newByteChannel(Path.of(name), READ));
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
