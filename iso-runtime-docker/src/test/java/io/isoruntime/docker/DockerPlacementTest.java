package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Settings;
import io.isoruntime.Tool;
import io.isoruntime.ToolContext;
import io.isoruntime.toolhost.ToolHost;
import java.io.BufferedReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tool hosts in real containers. */
@Timeout(300)
@Tag("host")
@Tag("once")
class DockerPlacementTest {
  private static final String CANARY = "canary-5be1d0";
  private static final String BUNDLE =
      """
      import ctypes, os, socket, time

      def place() -> dict:
          return {
              "uid": os.getuid(),
              "root": os.environ["AGENTIC_BUNDLES_ROOT"],
              "file": __file__,
              "token": os.environ.get("API_TOKEN"),
          }

      def environ_of_one() -> str:
          with open("/proc/1/environ", "rb") as file:
              return file.read().decode()

      def write(path: str) -> str:
          with open(path, "w") as file:
              file.write("x")
          return path

      def read(path: str) -> str:
          with open(path) as file:
              return file.read()

      def connect(port: int) -> str:
          with socket.create_connection(("127.0.0.1", port), 5) as connection:
              return connection.recv(100).decode()

      def segfault() -> None:
          ctypes.string_at(0)

      def hang() -> None:
          time.sleep(1000)
      """;

  @TempDir Path root;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  static ToolHost.Builder host(Path root, DockerPlacement.Builder placement) throws Exception {
    Path bundle = Files.createDirectories(root.resolve("parcel"));
    Files.writeString(bundle.resolve("tools.py"), BUNDLE);
    return ToolHost.builder()
        .bundles(bundle)
        .environment("API_TOKEN", CANARY)
        .placement(placement.image(TestEngine.IMAGE).build());
  }

  @SuppressWarnings("unchecked")
  private static CompletableFuture<Object> start(
      ToolHost host, String name, Duration time, Map<String, Object> arguments) throws Exception {
    Tool<Map<String, Object>, Object> tool =
        (Tool<Map<String, Object>, Object>)
            host.registry().find("parcel.tools." + name).orElseThrow();
    return tool.function().call(arguments, new Call(time)).toCompletableFuture();
  }

  private static Object call(ToolHost host, String name, Map<String, Object> arguments)
      throws Exception {
    return start(host, name, Duration.ofSeconds(60), arguments).get(60, TimeUnit.SECONDS);
  }

  private static String failure(ToolHost host, String name, Map<String, Object> arguments)
      throws Exception {
    return start(host, name, Duration.ofSeconds(60), arguments)
        .handle((value, failure) -> String.valueOf(failure))
        .get(60, TimeUnit.SECONDS);
  }

  private record Call(Duration remaining) implements ToolContext {
    @Override
    public String executionId() {
      return "test";
    }

    @Override
    public long callId() {
      return 1;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void onCancel(Runnable action) {}

    @Override
    public Map<String, Object> attributes() {
      return Map.of();
    }
  }

  private static List<Container> ours() {
    try (Engine engine = Containers.engine()) {
      return engine.labelled(Owner.PROCESS).stream()
          .filter(found -> found.getLabels().get(Owner.EXECUTION).startsWith("tool-host-"))
          .filter(
              found ->
                  found
                      .getLabels()
                      .get(Owner.PROCESS)
                      .startsWith("iso-" + ProcessHandle.current().pid() + "-"))
          .toList();
    }
  }

  @Test
  void toolsFindTheirBundleTheirVariablesAndNothingWritableButOneDirectory() throws Exception {
    Path storage = Files.createDirectories(root.resolve("storage"));
    Files.writeString(storage.resolve("fact.txt"), "42");
    Settings settings =
        Settings.fromEnvironment(Map.of("HOST_KB_STORAGE_PATH", storage.toString()));
    try (ToolHost host =
        host(
                root,
                DockerPlacement.builder()
                    .settings(settings)
                    .pathTranslator(io.isoruntime.PathTranslator.identity()))
            .build()) {
      Map<?, ?> place = (Map<?, ?>) call(host, "place", Map.of());
      assertEquals("/bundles", place.get("root"));
      assertEquals("/bundles/parcel/tools.py", place.get("file"));
      assertEquals(CANARY, place.get("token"));
      assertEquals("42", call(host, "read", Map.of("path", "/kdcube-storage/fact.txt")));
      assertEquals("/tool-host/x", call(host, "write", Map.of("path", "/tool-host/x")));
      for (String path : List.of("/bundles/parcel/x.py", "/kdcube-storage/x", "/usr/x")) {
        String refused = failure(host, "write", Map.of("path", path));
        assertTrue(refused.contains("Read-only file system"), refused);
      }
    }
  }

  @Test
  void theEngineDoesNotKnowTheCredentials() throws Exception {
    try (ToolHost host = host(root, DockerPlacement.builder()).build();
        Engine engine = Containers.engine()) {
      assertEquals(CANARY, ((Map<?, ?>) call(host, "place", Map.of())).get("token"));
      assertFalse(((String) call(host, "environ_of_one", Map.of())).contains(CANARY));
      assertEquals(1, ours().size());
      InspectContainerResponse inspected = engine.inspect(ours().get(0).getId());
      assertFalse(String.valueOf(inspected.getRawValues()).contains(CANARY));
      assertEquals("none", inspected.getHostConfig().getLogConfig().getType().getType());
    }
    assertEquals(List.of(), ours());
  }

  @Test
  void theNetworkIsTheOneThatWasAskedFor() throws Exception {
    try (ServerSocket server = new ServerSocket(0)) {
      Thread greeter =
          new Thread(
              () -> {
                try (var connection = server.accept()) {
                  connection.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      greeter.start();
      Map<String, Object> port = Map.of("port", (long) server.getLocalPort());
      try (ToolHost none = host(root, DockerPlacement.builder().network("none")).build()) {
        assertTrue(failure(none, "connect", port).contains("ConnectionRefusedError"));
      }
      try (ToolHost host = host(root, DockerPlacement.builder().network("host")).build()) {
        assertEquals("hello", call(host, "connect", port));
      }
      greeter.join();
    }
  }

  @Test
  void crashesAndHangsEndTheirCallsAlone() throws Exception {
    try (ToolHost host = host(root, DockerPlacement.builder()).build()) {
      CompletableFuture<Object> hung = start(host, "hang", Duration.ofSeconds(3), Map.of());
      assertTrue(failure(host, "segfault", Map.of()).contains("SIGSEGV"));
      assertFalse(hung.isDone());
      assertEquals(
          "The tool did not answer in time and was ended.",
          hung.handle((value, failure) -> failure.getMessage()).get(30, TimeUnit.SECONDS));
      assertEquals(1, ours().size());
    }
  }

  @Test
  void aContainerThatIsKilledIsReplaced() throws Exception {
    try (ToolHost host = host(root, DockerPlacement.builder()).build();
        Engine engine = Containers.engine()) {
      String first = ours().get(0).getId();
      CompletableFuture<Object> lost = start(host, "hang", Duration.ofSeconds(60), Map.of());
      engine.remove(first);
      assertTrue(
          lost.handle((value, failure) -> failure.getMessage())
              .get(30, TimeUnit.SECONDS)
              .contains("started again"));
      assertEquals(CANARY, ((Map<?, ?>) call(host, "place", Map.of())).get("token"));
      assertFalse(first.equals(ours().get(0).getId()));
    }
  }

  @Test
  void bundlesAndMountsAreTakenFromWhereTheEnginesHostHasThem() throws Exception {
    Path here = Files.createDirectories(root.resolve("here"));
    Path there = Files.createDirectories(root.resolve("there"));
    for (Path side : List.of(here, there)) {
      Path bundle = Files.createDirectories(side.resolve("parcel"));
      Files.writeString(bundle.resolve("tools.py"), BUNDLE);
      Files.writeString(bundle.resolve("side.txt"), side.getFileName().toString());
    }
    Path elsewhere = Files.createDirectories(root.resolve("elsewhere"));
    DockerPlacement.Builder placement =
        DockerPlacement.builder()
            .image(TestEngine.IMAGE)
            .pathTranslator(io.isoruntime.PathTranslator.mapping(Map.of(here, there)));
    try (ToolHost host =
        ToolHost.builder()
            .bundle(
                here.resolve("parcel"),
                placement.mount(here.resolve("parcel"), "/notes", false).build())
            .build()) {
      assertEquals("there", call(host, "read", Map.of("path", "/bundles/parcel/side.txt")));
      call(host, "write", Map.of("path", "/notes/new.txt"));
      assertTrue(Files.exists(there.resolve("parcel/new.txt")));
    }
    IsoException notShared =
        assertThrows(
            IsoException.class,
            () -> ToolHost.builder().bundle(elsewhere, placement.build()).build());
    assertEquals(ErrorCode.PATH_NOT_SHARED, notShared.problem().code());
  }

  @Test
  void whatTheEngineLacksIsTold() throws Exception {
    IsoException missing =
        assertThrows(
            IsoException.class,
            () ->
                ToolHost.builder()
                    .bundle(
                        Files.createDirectories(root.resolve("empty")),
                        DockerPlacement.builder().image("iso-no-such-image:1").build())
                    .build());
    assertEquals(ErrorCode.IMAGE_MISSING, missing.problem().code());
  }

  /** The second JVM. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) throws Exception {
      ToolHost host = host(Path.of(arguments[0]), DockerPlacement.builder()).build();
      CompletableFuture<Object> hung = start(host, "hang", Duration.ofMinutes(5), Map.of());
      System.out.println(ours().get(0).getId());
      hung.join();
    }
  }

  @Test
  void nothingIsLeftOfTheToolHostOfAKilledService() throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                SecondJvm.classPath(),
                Victim.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = victim.inputReader(StandardCharsets.UTF_8);
        Engine engine = Containers.engine()) {
      String id = output.readLine();
      assertTrue(engine.find(id).isPresent(), id);
      victim.destroyForcibly();
      long killed = System.nanoTime();
      while (engine.find(id).isPresent()) {
        assertTrue(System.nanoTime() - killed < 20_000_000_000L, "the container is left: " + id);
      }
    } finally {
      victim.destroyForcibly();
    }
  }
}
