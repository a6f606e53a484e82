package io.isoruntime.supervisor.local;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
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

  /** The name of a file that may stand beside it, by which a probe shows that it sees it. */
  public static final String NONCE = "nonce";

  private static final int MAX_PATH = 107;

  private static final long OURS = ProcessHandle.current().pid();

  private final Path outer;
  private final Path directory;
  private final Path path;
  private final AFUNIXServerSocket server;
  private boolean waiting;
  private boolean closed;
  private boolean released;

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
    for (String name : List.of(NAME, NONCE)) {
      Files.deleteIfExists(outer.resolve("d").resolve(name));
    }
    Files.deleteIfExists(outer.resolve("d"));
    Files.deleteIfExists(outer.resolve(NAME)); // a template's, which nobody is shown
    Files.deleteIfExists(outer);
  }

  /** Removes those beneath this directory that a dead process of this user left. */
  public static void sweep(Path parent) {
    for (Path orphan : OwnedName.orphans(parent)) {
      try {
        if (isOurs(orphan)) {
          remove(orphan);
        }
      } catch (IOException e) {
        // somebody else's, or not ours after all: it stays
      }
    }
  }

  /** In a shared directory anybody may make one of such a name, with links in it. */
  private static boolean isOurs(Path directory) throws IOException {
    int owner = (int) Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return owner == HostIdentity.effective(Path.of("/proc/self/status"), "Uid:");
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
    synchronized (this) {
      if (released) {
        throw new SocketException("the socket was closed");
      }
      waiting = true;
    }
    try {
      return expected(pid, uid, System.nanoTime() + timeout.toNanos(), timeout);
    } finally {
      synchronized (this) {
        closed = true;
        waiting = false;
      }
      release();
    }
  }

  private AFUNIXSocket expected(
      OptionalLong pid, OptionalLong uid, long untilNanos, Duration timeout) throws IOException {
    while (true) {
      long millis = (untilNanos - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        throw new java.net.SocketTimeoutException("no connection within " + timeout);
      }
      server.setSoTimeout((int) Math.min(millis, Integer.MAX_VALUE));
      AFUNIXSocket socket = server.accept();
      try {
        AFUNIXSocketCredentials peer = socket.getPeerCredentials();
        if (peer != null && peer.getPid() == OURS) {
          requireOpen(); // we only wake ourselves
        } else if (peer != null && is(pid, peer.getPid()) && is(uid, peer.getUid())) {
          return socket;
        }
      } catch (IOException e) {
        socket.close();
        throw e;
      }
      socket.close();
    }
  }

  private synchronized void requireOpen() throws SocketException {
    if (closed) {
      throw new SocketException("the socket was closed");
    }
  }

  private static boolean is(OptionalLong expected, long found) {
    return expected.isEmpty() || expected.getAsLong() == found;
  }

  /**
   * Closes the door, and leaves nothing of it; whoever waits at it does that, at once. Idempotent.
   */
  @Override
  public void close() throws IOException {
    boolean someoneWaits;
    synchronized (this) {
      closed = true;
      someoneWaits = waiting;
    }
    if (someoneWaits) {
      wake();
    } else {
      release();
    }
  }

  /**
   * Tells that nobody comes any more. Whoever is there already, such as one that came, told why it
   * failed and ended, is still let in.
   */
  public void expectNobody() {
    synchronized (this) {
      closed = true;
      if (released) {
        return;
      }
    }
    wake();
  }

  /** Closing it during accept would do, but junixsocket then forgets the descriptor it got. */
  private void wake() {
    try (AFUNIXSocket ours = AFUNIXSocket.newInstance()) {
      ours.connect(AFUNIXSocketAddress.of(path));
    } catch (IOException e) {
      // nobody waits any more
    }
  }

  private void release() throws IOException {
    synchronized (this) {
      released = true;
    }
    try {
      server.close();
    } catch (SocketException e) {
      // closed by the other side of a race already
    }
    remove(outer);
  }
}
