package io.isoruntime.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands between an engine and who uses it and passes everything on, but for what it was told to
 * keep: the answer to the next creation of a container, requests to remove one. It looks at the
 * beginnings of requests only, which their client sends each at once.
 */
final class FalseEngine implements Closeable {
  private static final Pattern CREATION =
      Pattern.compile("POST \\S*/containers/create\\?\\S*name=([\\w-]+)");
  private static final byte[] REFUSAL =
      ("HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
              + "Content-Length: 35\r\n\r\n{\"message\":\"refused by the tests.\"}")
          .getBytes(UTF_8);

  private final Path engine;
  private final Path path;
  private final ServerSocketChannel server;
  private final AtomicInteger refused = new AtomicInteger();
  private volatile boolean losing;
  private volatile boolean refusing;
  private volatile String lost = "";

  /** Listens at this path and passes on to that one. */
  FalseEngine(Path path, Path engine) throws IOException {
    this.path = path;
    this.engine = engine;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    daemon(this::accept);
  }

  void loseNextCreation() {
    losing = true;
  }

  String lostCreation() {
    return lost;
  }

  void refuseRemovals(boolean refuse) {
    refusing = refuse;
  }

  int refusedRemovals() {
    return refused.get();
  }

  /** What a thread does with sockets, which may be closed beneath it. */
  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The other side has closed, or this has.
              }
            },
            "test-false-engine");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      SocketChannel client = server.accept();
      try {
        SocketChannel behind = SocketChannel.open(UnixDomainSocketAddress.of(engine));
        Connection connection = new Connection(client, behind);
        daemon(connection::requests);
        daemon(connection::answers);
      } catch (IOException e) {
        client.close(); // the engine is down just now
      }
    }
  }

  private final class Connection {
    private final SocketChannel client;
    private final SocketChannel behind;
    private volatile String creating = "";

    Connection(SocketChannel client, SocketChannel behind) {
      this.client = client;
      this.behind = behind;
    }

    void requests() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      try (client;
          behind) {
        while (client.read(buffer) >= 0) {
          buffer.flip();
          String text = new String(buffer.array(), 0, buffer.limit(), ISO_8859_1);
          Matcher creation = CREATION.matcher(text);
          if (refusing && text.startsWith("DELETE ")) {
            refused.incrementAndGet();
            write(ByteBuffer.wrap(REFUSAL), client);
          } else {
            if (losing && creation.lookingAt()) {
              losing = false;
              creating = creation.group(1);
            }
            write(buffer, behind);
          }
          buffer.clear();
        }
        behind.shutdownOutput();
        awaitAnswers();
      }
    }

    /** An attached client closes its half first. */
    private synchronized void awaitAnswers() {
      while (!isAnswered) {
        try {
          wait();
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private boolean isAnswered;

    void answers() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      try {
        while (behind.read(buffer) >= 0) {
          buffer.flip();
          if (!creating.isEmpty()) {
            lost = "/" + creating;
            client.close();
            return;
          }
          write(buffer, client);
          buffer.clear();
        }
        client.shutdownOutput();
      } finally {
        synchronized (this) {
          isAnswered = true;
          notifyAll();
        }
      }
    }

    private static void write(ByteBuffer bytes, SocketChannel to) throws IOException {
      while (bytes.hasRemaining()) {
        to.write(bytes);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
