package io.isoruntime.docs;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The real engine as if it were another machine's: at a port, over TLS and only for those who hold
 * the key. What goes through the attached streams can be held up, as by an engine that stands
 * still.
 */
public final class RemoteEngine implements Closeable {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path certificates;
  private final SSLServerSocket server;
  private final Path engine;
  private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean holding;

  /**
   * Listens.
   *
   * @param certificates an empty directory, which gets ca.pem, cert.pem and key.pem
   */
  public RemoteEngine(Path certificates) throws IOException, GeneralSecurityException {
    this.certificates = certificates;
    this.engine = RealEngine.socket();
    server =
        (SSLServerSocket)
            tls(certificates)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    daemon(() -> accept(server));
  }

  /** Its address, such as {@code tcp://127.0.0.1:2376}. */
  public String address() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  /** Where the client's certificate and key are. */
  public Path certificates() {
    return certificates;
  }

  /** From now on nothing comes through attached streams, until this is closed. */
  void hold() {
    holding = true;
  }

  /** One key for both sides: each knows the other by its certificate. */
  private static SSLContext tls(Path directory) throws IOException, GeneralSecurityException {
    Path store = directory.resolve("store.p12");
    String make =
        "-genkeypair -alias engine -keyalg EC -dname CN=engine -ext san=ip:127.0.0.1"
            + " -storetype PKCS12 -storepass changeit -keystore";
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(make.split(" ")));
    command.add(store.toString());
    run(command);
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
    Certificate certificate = keys.getCertificate("engine");
    Key key = keys.getKey("engine", PASSWORD);
    pem(directory.resolve("ca.pem"), "CERTIFICATE", certificate.getEncoded());
    pem(directory.resolve("cert.pem"), "CERTIFICATE", certificate.getEncoded());
    pem(directory.resolve("key.pem"), "PRIVATE KEY", key.getEncoded());

    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, PASSWORD);
    trusted.setCertificateEntry("engine", certificate);
    KeyManagerFactory ours = KeyManagerFactory.getInstance("PKIX");
    ours.init(keys, PASSWORD);
    TrustManagerFactory theirs = TrustManagerFactory.getInstance("PKIX");
    theirs.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
    return context;
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(command.get(0) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void pem(Path file, String kind, byte[] encoded) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
            + "\n-----END "
            + kind
            + "-----\n");
  }

  private void accept(ServerSocket listening) {
    try {
      while (true) {
        Socket client = listening.accept();
        open.add(client);
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  /**
   * A channel, not its streams: those would let nobody write while somebody reads (JDK-8279339).
   */
  private void serve(Socket client) {
    try (client;
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      open.add(channel);
      channel.connect(UnixDomainSocketAddress.of(engine));
      InputStream request = client.getInputStream();
      byte[] buffer = new byte[8192];
      // A connection may have served other requests before.
      AtomicBoolean attached = new AtomicBoolean();
      daemon(() -> answer(channel, client, attached));
      for (int count = request.read(buffer); count >= 0; count = request.read(buffer)) {
        if (new String(buffer, 0, count, StandardCharsets.UTF_8)
            .matches("(?s)POST [^ ]*/attach.*")) {
          attached.set(true);
        }
        passes(attached);
        for (ByteBuffer left = ByteBuffer.wrap(buffer, 0, count); left.hasRemaining(); ) {
          channel.write(left);
        }
      }
    } catch (IOException e) {
      // the one or the other went away
    }
  }

  private void answer(SocketChannel channel, Socket client, AtomicBoolean attached) {
    try (client) {
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int count = channel.read(ByteBuffer.wrap(buffer));
          count >= 0;
          count = channel.read(ByteBuffer.wrap(buffer))) {
        passes(attached);
        out.write(buffer, 0, count);
        out.flush();
      }
      passes(attached); // nor does an engine that stands still tell of an end
    } catch (IOException e) {
      // the one or the other went away
    }
  }

  private void passes(AtomicBoolean attached) throws IOException {
    if (attached.get() && holding) {
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "remote-engine");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    released.countDown();
    server.close();
    for (Closeable connection : open) {
      connection.close();
    }
  }
}
