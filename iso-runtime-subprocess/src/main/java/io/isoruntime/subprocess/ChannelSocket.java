package io.isoruntime.subprocess;

import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/**
 * The socket to which one helper connects, once. It stands in a short private directory of its own:
 * a socket's path may have 107 bytes (unix(7)), and a workspace may be deep.
 */
final class ChannelSocket implements AutoCloseable {
  private static final Path PARENT = Path.of("/tmp");

  private final Path directory;
  private final Path path;
  private final AFUNIXServerSocket server;

  private ChannelSocket(Path directory, Path path, AFUNIXServerSocket server) {
    this.directory = directory;
    this.path = path;
    this.server = server;
  }

  static ChannelSocket open() throws IOException {
    Path directory =
        Files.createTempDirectory(
            PARENT,
            OwnedName.prefix(),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path path = directory.resolve("s");
    try {
      AFUNIXServerSocket server = AFUNIXServerSocket.newInstance();
      try {
        server.bind(AFUNIXSocketAddress.of(path), 1);
        return new ChannelSocket(directory, path, server);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      Files.deleteIfExists(path);
      Files.deleteIfExists(directory);
      throw e;
    }
  }

  /** Removes those that a dead process of this user left. */
  static void sweep() {
    for (Path directory : OwnedName.orphans(PARENT)) {
      try {
        Files.deleteIfExists(directory.resolve("s"));
        Files.deleteIfExists(directory);
      } catch (IOException e) {
        // somebody else's, or not ours after all: it stays
      }
    }
  }

  Path path() {
    return path;
  }

  /**
   * Waits for the helper and closes the door behind it. Anybody else is turned away unread: the
   * kernel tells the process at the other end (SO_PEERCRED, unix(7)).
   */
  AFUNIXSocket accept(long pid, long uid, Duration timeout) throws IOException {
    long until = System.nanoTime() + timeout.toNanos();
    while (true) {
      long millis = (until - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new java.net.SocketTimeoutException("no connection within " + timeout);
      }
      server.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
      AFUNIXSocket socket = server.accept();
      AFUNIXSocketCredentials peer = socket.getPeerCredentials();
      if (peer != null && peer.getPid() == pid && peer.getUid() == uid) {
        close();
        return socket;
      }
      socket.close();
    }
  }

  /** Closes the door, and leaves nothing of it. Idempotent. */
  @Override
  public void close() throws IOException {
    try {
      server.close();
    } catch (SocketException e) {
      // closed by the other side of a race already
    }
    Files.deleteIfExists(path);
    Files.deleteIfExists(directory);
  }
}
