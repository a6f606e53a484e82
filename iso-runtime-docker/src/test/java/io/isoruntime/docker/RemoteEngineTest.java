package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/**
 * An engine that is reached over TCP with TLS and client certificates: this machine's, behind a
 * door that does to the bytes what a remote engine's own listener does.
 */
@Timeout(300)
@Tag("engines")
class RemoteEngineTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  @Test
  void worksThroughTheAttachedChannel() throws Exception {
    certificates();
    try (SSLServerSocket door = door()) {
      Map<String, String> environment =
          Map.of(
              "DOCKER_HOST",
              "tcp://127.0.0.1:" + door.getLocalPort(),
              "DOCKER_TLS_VERIFY",
              "1",
              "DOCKER_CERT_PATH",
              directory.toString());
      try (SecondJvm service = start(environment)) {
        assertEquals("far away", service.await("far away"));
        String channel = service.await("channel ");
        assertTrue(channel.equals("channel attached"), channel);
        String result = service.await("result ");
        assertTrue(result.contains("Completed"), result);
      }
    }
  }

  @Test
  void aClientWithoutItsCertificateIsTurnedAway() throws Exception {
    certificates();
    try (SSLServerSocket door = door();
        SecondJvm service =
            start(Map.of("DOCKER_HOST", "tcp://127.0.0.1:" + door.getLocalPort()))) {
      String problem = service.await("problem ");
      assertTrue(problem.contains("ENGINE_UNREACHABLE"), problem);
      assertTrue(problem.contains("DOCKER_CERT_PATH"), problem);
    }
  }

  private SecondJvm start(Map<String, String> environment) throws IOException {
    return SecondJvm.start(
        List.of(),
        environment,
        SecondJvm.classPath(),
        "AUTO",
        directory.resolve("workspace").toString(),
        "print('far ' + 'away')");
  }

  /** The names that DOCKER_CERT_PATH is expected to hold, and a key store for the door. */
  private void certificates() throws Exception {
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=test ca",
        "-days",
        "2",
        "-keyout",
        "ca-key.pem",
        "-out",
        "ca.pem");
    for (String who : new String[] {"server", "client"}) {
      String key = who.equals("client") ? "key.pem" : "server-key.pem";
      String certificate = who.equals("client") ? "cert.pem" : "server.pem";
      openssl(
          "req",
          "-newkey",
          "rsa:2048",
          "-nodes",
          "-subj",
          "/CN=" + who,
          "-keyout",
          key,
          "-out",
          who + ".csr",
          "-addext",
          "subjectAltName=IP:127.0.0.1");
      openssl(
          "x509",
          "-req",
          "-in",
          who + ".csr",
          "-CA",
          "ca.pem",
          "-CAkey",
          "ca-key.pem",
          "-CAcreateserial",
          "-days",
          "2",
          "-copy_extensions",
          "copy",
          "-out",
          certificate);
    }
    openssl(
        "pkcs12",
        "-export",
        "-in",
        "server.pem",
        "-inkey",
        "server-key.pem",
        "-out",
        "server.p12",
        "-passout",
        "pass:" + PASSWORD);
  }

  private void openssl(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "openssl";
    for (int i = 0; i < arguments.length; i++) {
      boolean file = arguments[i].matches("[a-z-]+\\.(pem|csr|p12)");
      command[i + 1] = file ? directory.resolve(arguments[i]).toString() : arguments[i];
    }
    PrivateEngine.run(command);
  }

  private SSLServerSocket door() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = new FileInputStream(directory.resolve("server.p12").toFile())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = new FileInputStream(directory.resolve("ca.pem").toFile())) {
      trusted.setCertificateEntry(
          "ca", java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    KeyManagerFactory ours = KeyManagerFactory.getInstance("PKIX");
    ours.init(keys, PASSWORD.toCharArray());
    TrustManagerFactory theirs = TrustManagerFactory.getInstance("PKIX");
    theirs.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(ours.getKeyManagers(), theirs.getTrustManagers(), null);
    SSLServerSocket door =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    door.setNeedClientAuth(true);
    daemon(
        () -> {
          while (true) {
            SSLSocket client = (SSLSocket) door.accept();
            daemon(() -> pass(client));
          }
        });
    return door;
  }

  private static void pass(SSLSocket client) throws IOException {
    try (client;
        AFUNIXSocket engine =
            AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(Path.of("/var/run/docker.sock")))) {
      InputStream fromClient = client.getInputStream();
      OutputStream toEngine = engine.getOutputStream();
      daemon(
          () -> {
            fromClient.transferTo(toEngine);
            engine.shutdownOutput();
          });
      InputStream fromEngine = engine.getInputStream();
      OutputStream toClient = client.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int count = fromEngine.read(buffer); count > 0; count = fromEngine.read(buffer)) {
        toClient.write(buffer, 0, count);
        toClient.flush();
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // one side has gone, and with it the other
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}
