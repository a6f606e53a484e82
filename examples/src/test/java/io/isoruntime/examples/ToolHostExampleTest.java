package io.isoruntime.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.docker.DockerPlacement;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.subprocess.SubprocessRuntime;
import io.isoruntime.toolhost.Placement;
import io.isoruntime.toolhost.ToolHost;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tool reaches the service with its credential, the program reaches neither: in both
 * placements, on both back-ends.
 */
@Timeout(300)
@Tag("host")
@Tag("once")
class ToolHostExampleTest {
  private static final String TOKEN = "canary-91c5e27f3a";

  /**
   * Looks for the token without ever having it in its own memory: forwards it exists in none but
   * the tool host's.
   */
  private static final String SPY =
      """
      import os, re, socket
      from tools import exchange
      print(exchange.rates.latest("EUR", ["USD"])[0]["currency"])
      try:
          socket.create_connection(("127.0.0.1", PORT), 5)
          print("connected")
      except OSError as error:
          print("no network:", type(error).__name__)
      backwards = b"a3f72e5c19-yranac"
      found, searched = [], 0

      def look(place, data):
          global searched
          searched += len(data)
          if backwards in data[::-1]:
              found.append(place)

      for name, value in os.environ.items():
          look("environ " + name, (name + value).encode())
      for top, directories, files in os.walk("/"):
          directories[:] = [d for d in directories if os.path.join(top, d) not in ("/sys", "/usr")]
          for name in files:
              path = os.path.join(top, name)
              try:
                  if os.path.isfile(path) and path != "/proc/kmsg":
                      with open(path, "rb") as file:
                          look(path, file.read(1 << 20))
              except OSError:
                  pass
      for process in filter(str.isdigit, os.listdir("/proc")):
          try:
              with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb") as memory:
                  for line in maps:
                      start, end, mode = re.match("([0-9a-f]+)-([0-9a-f]+) (.)", line).groups()
                      if mode == "r" and int(end, 16) < 1 << 63:
                          memory.seek(int(start, 16))
                          look("memory of " + process, memory.read(int(end, 16) - int(start, 16)))
          except OSError:
              pass
      print("searched", searched > 1_000_000, "found", found)
      """;

  @TempDir Path root;

  private final List<String> authorisations = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/latest", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String authorisation = exchange.getRequestHeaders().getFirst("Authorization");
    authorisations.add(String.valueOf(authorisation));
    boolean known = !exchange.getRequestURI().getQuery().contains("XXX");
    int status = !("Bearer " + TOKEN).equals(authorisation) ? 401 : known ? 200 : 404;
    byte[] body = "{\"USD\":1.0812,\"CHF\":0.9450}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @ParameterizedTest
  @CsvSource({
    "subprocess, subprocess",
    "subprocess, docker",
    "docker, subprocess",
    "docker, docker"
  })
  void theToolHasNetworkAndCredentialAndTheProgramHasNeither(String placement, String backEnd)
      throws Exception {
    if (placement.equals("docker") || backEnd.equals("docker")) {
      requireEngine();
    }
    try (ToolHost host =
            ToolHost.builder()
                .bundles(Path.of("bundles/exchange"))
                .placement(placement(placement))
                .environment("RATES_URL", "http://127.0.0.1:" + server.getAddress().getPort())
                .environment("RATES_TOKEN", TOKEN)
                .build();
        Runtime runtime = runtime(backEnd)) {
      ExecutionResult prices = ToolHostExample.run(runtime, host, Path.of("bundles/prices.py"));
      assertEquals(
          """
          lamp: 53.95 USD
          desk: 335.17 USD
          lamp: 47.16 CHF
          desk: 292.95 CHF
          asked in vain: NO_SUCH_CURRENCY
          """,
          prices.stdout().text(),
          prices.stderr()::text);
      assertEquals(Map.of("USD", "1.0812", "CHF", "0.9450"), prices.result());

      ExecutionResult spied =
          runtime.execute(
              ExecutionRequest.python(
                      SPY.replace("PORT", String.valueOf(server.getAddress().getPort())))
                  .tools(host.registry())
                  .build());
      String said = spied.stdout().text() + spied.stderr().text();
      assertTrue(said.matches("USD\nno network: \\w+\nsearched True found \\[\\]\n"), said);
      assertRecordsHaveNoToken(prices.workspace());
      assertRecordsHaveNoToken(spied.workspace());
    }
    assertEquals(List.of("Bearer " + TOKEN), authorisations.stream().distinct().toList());
    assertEquals(3, authorisations.size());
  }

  /** The supervisor's own records of calls, results and output. */
  private static void assertRecordsHaveNoToken(Path workspace) throws IOException {
    try (var files = Files.walk(workspace)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(TOKEN),
            file::toString);
      }
    }
  }

  private static void requireEngine() {
    if (System.getenv("ISO_MUST_WORK") == null) {
      assumeTrue(System.getenv("ISO_NO_DOCKER") == null, "no engine is wanted here");
      assumeTrue(Files.exists(Path.of("/var/run/docker.sock")), "no engine is here");
    }
  }

  private static Placement placement(String name) {
    return name.equals("docker")
        ? DockerPlacement.builder().image(image()).network("host").build()
        : ToolHost.subprocess("/usr/bin/python3");
  }

  private static String image() {
    String image = System.getenv("ISO_TEST_IMAGE");
    return image == null ? "py-code-exec:latest" : image;
  }

  /** Strict as root; an ordinary user without a cgroup waives what it can't have. */
  private Runtime runtime(String backEnd) {
    if (backEnd.equals("docker")) {
      return DockerRuntime.builder().image(image()).workspaceRoot(root).build();
    }
    SubprocessRuntime.Builder builder = SubprocessRuntime.builder().workspaceRoot(root);
    if (!"root".equals(System.getProperty("user.name"))) {
      builder.allowDegraded(
          Arrays.stream(Control.values()).filter(Control::waivable).toArray(Control[]::new));
    }
    return builder.build();
  }
}
