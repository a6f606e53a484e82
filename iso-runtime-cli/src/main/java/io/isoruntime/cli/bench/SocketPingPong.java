package io.isoruntime.cli.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a tool call is compared with: a Unix socket between this JVM and an interpreter that is not
 * isolated, with as many bytes each way. Its time is the median that the interpreter sees.
 */
final class SocketPingPong implements Contender {
  private static final int BYTES = 40;
  private final String python;

  SocketPingPong(String python) {
    this.python = python;
  }

  @Override
  public String name() {
    return "socketPingPong";
  }

  @Override
  public String title() {
    return "a Unix socket, there and back (median of 500), not isolated";
  }

  @Override
  public long time() throws AbsentException, InterruptedException {
    try {
      Path directory = Files.createTempDirectory("iso-bench");
      Path path = directory.resolve("s");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(path));
        Thread echo = new Thread(() -> echo(server), "iso-bench-echo");
        echo.setDaemon(true);
        echo.start();
        String said = CommandContender.output(List.of(python, "-c", CLIENT, path.toString()));
        return Long.parseLong(said.strip());
      } finally {
        Files.deleteIfExists(path);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new AbsentException("a Unix socket can't be made: " + e.getMessage());
    }
  }

  private static void echo(ServerSocketChannel server) {
    ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);
    try (SocketChannel peer = server.accept()) {
      while (peer.read(bytes) >= 0) {
        if (!bytes.hasRemaining()) {
          bytes.flip();
          peer.write(bytes);
          bytes.clear();
        }
      }
    } catch (IOException e) {
      // the interpreter is gone, and tells why
    }
  }

  private static final String CLIENT =
      """
      import socket, sys
      connection = socket.socket(socket.AF_UNIX)
      connection.connect(sys.argv[1])
      message = b"x" * %d
      def turn():
          connection.sendall(message)
          connection.recv(len(message))
      """
              .formatted(BYTES)
          + Traffic.MEDIAN
          + "print(median)\n";
}
