package io.isoruntime.supervisor.local;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/**
 * The socket to which one init connects, once. It stands in a short private directory of its own: a
 * socket's path may have 107 bytes (unix(7)), and a workspace may be deep.
 *
 * <p>The outer directory is this user's alone. What stands in it anybody may use who can get there:
 * a container's root has no right to pass over permissions, and is shown the inner directory only.
 */
public final class ChannelSocket implements Closeable {
  /** Where it normally stands. */
  public static final Path PARENT = Path.of("/tmp");

  /** The socket's name in its directory. */
  public static final String NAME = "s";

  private static final int MAX_PATH = 107;

  private final Path outer;
  private final Path directory;
  private final Path path;
  private final AFUNIXServerSocket server;

  private ChannelSocket(Path outer, Path directory, Path path, AFUNIXServerSocket server) {
    this.outer = outer;
    this.directory = directory;
    this.path = path;
    this.server = server;
  }

  /** Opens one beneath this directory. */
  public static ChannelSocket open(Path parent) throws IOException {
    Path outer = Files.createTempDirectory(parent, OwnedName.prefix(), permissions("rwx------"));
    Path directory = outer.resolve("d");
    Path path = directory.resolve(NAME);
    try {
      if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
        throw new IOException(path + " is longer than a socket's path may be, " + MAX_PATH);
      }
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
      AFUNIXServerSocket server = AFUNIXServerSocket.newInstance();
      try {
        server.bind(AFUNIXSocketAddress.of(path), 1);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
        return new ChannelSocket(outer, directory, path, server);
      } catch (IOException e) {
        server.close();
        throw e;
      }
    } catch (IOException e) {
      remove(outer);
      throw e;
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static void remove(Path outer) throws IOException {
    Files.deleteIfExists(outer.resolve("d").resolve(NAME));
    Files.deleteIfExists(outer.resolve("d"));
    Files.deleteIfExists(outer);
  }

  /** Removes those beneath this directory that a dead process of this user left. */
  public static void sweep(Path parent) {
    for (Path orphan : OwnedName.orphans(parent)) {
      try {
        remove(orphan);
      } catch (IOException e) {
        // somebody else's, or not ours after all: it stays
      }
    }
  }

  /** The socket, as this process names it. */
  public Path path() {
    return path;
  }

  /** What a container is shown: it holds the socket, as {@link #NAME}, and nothing else. */
  public Path directory() {
    return directory;
  }

  /**
   * Waits for the one who is expected and closes the door behind it. Anybody else is turned away
   * unread: the kernel tells the process at the other end (SO_PEERCRED, unix(7)).
   *
   * @param pid its process id, or empty where this process can't see it
   * @param uid its user id, or empty where that may be mapped to any
   */
  public AFUNIXSocket accept(OptionalLong pid, OptionalLong uid, Duration timeout)
      throws IOException {
    long until = System.nanoTime() + timeout.toNanos();
    while (true) {
      long millis = (until - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new java.net.SocketTimeoutException("no connection within " + timeout);
      }
      server.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
      AFUNIXSocket socket = server.accept();
      AFUNIXSocketCredentials peer = socket.getPeerCredentials();
      if (peer != null && is(pid, peer.getPid()) && is(uid, peer.getUid())) {
        close();
        return socket;
      }
      socket.close();
    }
  }

  private static boolean is(OptionalLong expected, long found) {
    return expected.isEmpty() || expected.getAsLong() == found;
  }

  /** Closes the door, and leaves nothing of it. Idempotent. */
  @Override
  public void close() throws IOException {
    try {
      server.close();
    } catch (SocketException e) {
      // closed by the other side of a race already
    }
    remove(outer);
  }
}
