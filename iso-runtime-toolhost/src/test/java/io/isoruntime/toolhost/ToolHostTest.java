package io.isoruntime.toolhost;

import static io.isoruntime.toolhost.Bundles.call;
import static io.isoruntime.toolhost.Bundles.failure;
import static io.isoruntime.toolhost.Bundles.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Tool;
import io.isoruntime.ToolException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
@Tag("host")
class ToolHostTest {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir Path root;

  private ToolHost.Builder trouble() throws IOException {
    return ToolHost.builder()
        .bundles(Bundles.of(root, "trouble", Bundles.TROUBLE))
        .placement(ToolHost.subprocess(PYTHON));
  }

  @Test
  void publicFunctionsAreToolsWithSchemasAndDescriptions() throws Exception {
    try (ToolHost host = trouble().build()) {
      Tool<?, ?> add = host.registry().find("trouble.tools.add").orElseThrow();

      assertEquals("Adds.", add.description());
      assertEquals(
          "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},"
              + "\"b\":{\"type\":\"integer\",\"default\":2}},\"required\":[\"a\"],"
              + "\"additionalProperties\":false}",
          add.inputSchema().orElseThrow());
      assertEquals(5L, call(host, "trouble.tools.add", "a", 3));
    }
  }

  @Test
  void valuesThatJsonLacksComeBackAsTheyWere() throws Exception {
    Map<String, Object> values =
        Bundles.arguments(
            "decimal", new BigDecimal("1.10"),
            "date", LocalDate.of(2024, 2, 29),
            "moment", OffsetDateTime.parse("2024-02-29T12:00:00.25+02:00"),
            "duration", Duration.ofMillis(-1500),
            "large", BigInteger.TWO.pow(100),
            "nan", Double.NaN,
            "like one of ours", Map.of("$bytes", "none"),
            "nothing", null);
    try (ToolHost host = trouble().build()) {
      assertEquals(values, call(host, "trouble.tools.same", "value", values));
    }
  }

  @Test
  void aCrashEndsItsOwnCallAndNoOther() throws Exception {
    Path flag = root.resolve("flag");
    try (ToolHost host = trouble().build()) {
      Call inTime = new Call(Duration.ofSeconds(60));
      CompletableFuture<Object> waiting =
          start(host, "trouble.tools.wait_for", inTime, "path", flag.toString());
      ToolException crash = failure(start(host, "trouble.tools.segfault", inTime));

      assertEquals("TOOL_CRASHED", crash.code());
      assertFalse(crash.retryable());
      assertFalse(waiting.isDone());
      Files.createFile(flag);
      assertTrue(waiting.get(30, TimeUnit.SECONDS) instanceof Long);
    }
  }

  @Test
  void whatAToolSendsInTheNameOfTheToolHostIsItsOwnCallsAndNoOther() throws Exception {
    Path flag = root.resolve("flag");
    try (ToolHost host = trouble().build()) {
      Call inTime = new Call(Duration.ofSeconds(60));
      CompletableFuture<Object> waiting =
          start(host, "trouble.tools.wait_for", inTime, "path", flag.toString());
      for (int kind : List.of(HostFrame.RESULT, HostFrame.FAILURE)) {
        for (String payload : List.of("", "no JSON", "[", "{\"code\":7}", "{\"a\":1,\"a\":2}")) {
          failureOrValue(
              start(host, "trouble.tools.forge", inTime, "kind", kind, "payload", payload));
        }
      }
      assertEquals(
          "ValueError: half a character: ?",
          failure(start(host, "trouble.tools.half", inTime)).getMessage());
      Files.createFile(flag);
      assertTrue(waiting.get(30, TimeUnit.SECONDS) instanceof Long);
    }
  }

  private static boolean isStopped(Path stat) {
    try {
      return Files.readString(stat).contains(") T ");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aToolHostThatIsBeingStartedAgainIsEndedAsWell() throws Exception {
    Path again = root.resolve("again");
    Path bundle = Bundles.of(root, "trouble", Bundles.TROUBLE);
    Files.writeString(
        bundle.resolve("slow.py"),
        """
        import os, time
        if os.path.exists(%1$r):
            with open(%1$r + "-", "w") as file:
                file.write(str(os.getpid()))
            os.rename(%1$r + "-", %1$r + ".pid")
            time.sleep(1000)
        """
            .replace("%1$r", "'" + again + "'"));
    ToolHost host =
        ToolHost.builder().bundles(bundle).placement(ToolHost.subprocess(PYTHON)).build();
    Files.createFile(again);
    failure(start(host, "trouble.tools.kill_host", new Call(Duration.ofSeconds(60))));
    Path pid = Path.of(again + ".pid");
    Bundles.await(() -> Files.exists(pid), "its second import");
    host.close();

    long importing = Long.parseLong(Files.readString(pid));
    assertFalse(ProcessHandle.of(importing).map(ProcessHandle::isAlive).orElse(false));
  }

  /** Waits for whichever it is: of a tool that lies, nothing else is promised. */
  private static void failureOrValue(CompletableFuture<Object> call) throws Exception {
    var unused = call.handle((value, failure) -> true).get(30, TimeUnit.SECONDS);
  }

  @Test
  void aToolHostThatIsStoppedTakesAlongWhatItsToolsLeft() throws Exception {
    ToolHost host = trouble().build();
    long left = (Long) call(host, "trouble.tools.session");
    Path flag = Files.createFile(root.resolve("flag"));
    Object keeper = call(host, "trouble.tools.wait_for", "path", flag.toString());
    CompletableFuture<Object> stopping =
        start(host, "trouble.tools.stop_host", new Call(Duration.ofSeconds(60)));
    Bundles.await(() -> isStopped(Path.of("/proc/" + keeper + "/stat")), "its stop");
    host.close();

    assertEquals("TOOL_HOST_LOST", failure(stopping).code());
    Bundles.await(
        () -> ProcessHandle.of(left).map(process -> !process.isAlive()).orElse(true), "its end");
  }

  @Test
  void aHangIsEndedAtTheDeadlineOfTheCall() throws Exception {
    Path path = root.resolve("hang");
    try (ToolHost host = trouble().build()) {
      Call brief = new Call(Duration.ofSeconds(2));
      ToolException hung =
          failure(start(host, "trouble.tools.hang", brief, "path", path.toString()));

      assertEquals("TOOL_HUNG", hung.code());
      assertTrue(hung.retryable());
      Bundles.await(() -> Files.exists(Path.of(path + ".ended")), "its end");
    }
  }

  @Test
  void aCancelledCallIsEnded() throws Exception {
    Path path = root.resolve("hang");
    try (ToolHost host = trouble().build()) {
      Call call = new Call(Duration.ofSeconds(60));
      CompletableFuture<Object> running =
          start(host, "trouble.tools.hang", call, "path", path.toString());
      Bundles.await(() -> Files.exists(Path.of(path + ".started")), "its start");
      call.cancel();

      assertEquals("CANCELLED", failure(running).code());
      Bundles.await(() -> Files.exists(Path.of(path + ".ended")), "its end");
    }
  }

  @Test
  void aToolHostThatIsKilledIsStartedAgain() throws Exception {
    Path flag = root.resolve("flag");
    try (ToolHost host = trouble().build()) {
      Call call = new Call(Duration.ofSeconds(60));
      CompletableFuture<Object> waiting =
          start(host, "trouble.tools.wait_for", call, "path", flag.toString());
      ToolException lost = failure(start(host, "trouble.tools.kill_host", call));

      assertEquals("TOOL_HOST_LOST", lost.code());
      assertTrue(lost.retryable());
      assertEquals("TOOL_HOST_LOST", failure(waiting).code());
      assertEquals(3L, callWhenItIsBack(host));
    }
  }

  @Test
  void aToolHostThatDoesNotAnswerIsStartedAgain() throws Exception {
    Path flag = Files.createFile(root.resolve("flag"));
    try (ToolHost host = trouble().build()) {
      long keeper = (Long) call(host, "trouble.tools.wait_for", "path", flag.toString());
      Call brief = new Call(Duration.ofSeconds(2));
      CompletableFuture<Object> stopping = start(host, "trouble.tools.stop_host", brief);

      assertEquals("TOOL_HOST_LOST", failure(stopping).code());
      assertEquals(3L, callWhenItIsBack(host));
      assertFalse(ProcessHandle.of(keeper).map(ProcessHandle::isAlive).orElse(false));
    }
  }

  @Test
  void aCallLargerThanThePipeOfAToolHostThatIsStoppedDoesNotHangForEver() throws Exception {
    Path flag = Files.createFile(root.resolve("flag"));
    try (ToolHost host = trouble().build()) {
      Object keeper = call(host, "trouble.tools.wait_for", "path", flag.toString());
      var unused = start(host, "trouble.tools.stop_host", new Call(Duration.ofSeconds(60)));
      Bundles.await(() -> isStopped(Path.of("/proc/" + keeper + "/stat")), "its stop");
      Map<String, Object> large = Map.of("text", "x".repeat(1 << 20));
      CompletableFuture<Object> blocked =
          start(host, "trouble.tools.same", new Call(Duration.ofSeconds(2)), "value", large);

      assertEquals("TOOL_HOST_LOST", failure(blocked).code());
      assertEquals(3L, callWhenItIsBack(host));
    }
  }

  @Test
  void aToolHostWithoutBundlesIsAMistake() {
    assertThrows(IllegalStateException.class, () -> ToolHost.builder().build());
  }

  /** The end may be noticed just after the call was sent; the failure says to try again. */
  private static Object callWhenItIsBack(ToolHost host) throws Exception {
    while (true) {
      CompletableFuture<Object> call =
          start(host, "trouble.tools.add", new Call(Duration.ofSeconds(60)), "a", 1L);
      if (call.handle((value, failure) -> failure == null).get(60, TimeUnit.SECONDS)) {
        return call.get();
      }
      assertTrue(failure(call).retryable());
    }
  }

  @Test
  void bundlesGetTheVariablesThatWereNamedAndNoOthers() throws Exception {
    try (ToolHost host = trouble().environment("API_TOKEN", "t0").passEnvironment("LAN*").build()) {
      assertEquals("t0", call(host, "trouble.tools.env", "name", "API_TOKEN"));
      assertEquals(System.getenv("LANG"), call(host, "trouble.tools.env", "name", "LANG"));
      assertNull(call(host, "trouble.tools.env", "name", "ISO_MUST_WORK"));
      assertNull(call(host, "trouble.tools.env", "name", "MAVEN_PROJECTBASEDIR"));
    }
  }

  @Test
  void allThatIsWrongIsToldAtOnceWithFileAndLine() throws Exception {
    Path first = Bundles.of(root, "first", "import nothing_like_this\n");
    Files.writeString(first.resolve("more.py"), "def f(:\n");
    Path second = Bundles.of(root, "second", "\n\ndef g(x) -> int:\n    return x\n");
    Files.writeString(second.resolve("crash.py"), "import os\nos._exit(3)\n");
    IsoException refused =
        assertThrows(
            IsoException.class,
            () ->
                ToolHost.builder()
                    .bundles(first, second)
                    .placement(ToolHost.subprocess(PYTHON))
                    .build());

    assertEquals(ErrorCode.TOOL_BUNDLE_INVALID, refused.problem().code());
    String cause = refused.problem().cause();
    assertTrue(cause.contains("first/tools.py:1: ModuleNotFoundError"), cause);
    assertTrue(cause.contains("first/more.py:1: "), cause);
    assertTrue(cause.contains("second/tools.py:3: g: parameter 'x' has no type hint"), cause);
    assertTrue(cause.contains("second/crash.py: its import ended itself with status 3"), cause);
  }

  @Test
  void aDirectoryThatIsNoneHasARemedyOfItsOwn() {
    ToolHost.Builder builder = ToolHost.builder().bundles(root.resolve("nowhere"));
    IsoException refused = assertThrows(IsoException.class, builder::build);

    assertEquals(ErrorCode.TOOL_BUNDLE_INVALID, refused.problem().code());
    assertTrue(refused.problem().cause().contains("nowhere is no directory"));
    assertTrue(refused.problem().remedy().startsWith("Name a directory"));
  }

  @Test
  void anImportThatHangsIsNamed() throws Exception {
    Path slow = Bundles.of(root, "slow", "import time\ntime.sleep(1000)\n");
    IsoException late = late(slow, Duration.ofSeconds(1));
    // On a busy host the import may not have begun by then.
    for (int seconds = 2; !late.problem().cause().contains("importing") && seconds < 60; ) {
      seconds *= 2;
      late = late(slow, Duration.ofSeconds(seconds));
    }

    assertTrue(late.problem().cause().contains("slow.tools"), late.getMessage());
  }

  private static IsoException late(Path bundle, Duration startTime) {
    IsoException late =
        assertThrows(
            IsoException.class,
            () ->
                ToolHost.builder()
                    .bundles(bundle)
                    .placement(ToolHost.subprocess(PYTHON))
                    .startTime(startTime)
                    .build());
    assertEquals(ErrorCode.TOOL_HOST_FAILED, late.problem().code());
    return late;
  }

  @Test
  void whatIsNoInterpreterIsTold() throws Exception {
    Path bundle = Bundles.of(root, "trouble", Bundles.TROUBLE);
    IsoException missing =
        assertThrows(
            IsoException.class,
            () ->
                ToolHost.builder().bundle(bundle, ToolHost.subprocess("/nowhere/python3")).build());
    assertEquals(ErrorCode.INTERPRETER_UNUSABLE, missing.problem().code());

    IsoException other =
        assertThrows(
            IsoException.class,
            () -> ToolHost.builder().bundle(bundle, ToolHost.subprocess("/bin/false")).build());
    assertEquals(ErrorCode.TOOL_HOST_FAILED, other.problem().code());
  }

  @Test
  void aModuleCanHaveAPlaceOfItsOwn() throws Exception {
    Path flag = Files.createFile(root.resolve("flag"));
    Path bundle = Bundles.of(root, "trouble", Bundles.TROUBLE);
    Files.writeString(bundle.resolve("apart.py"), Bundles.TROUBLE);
    List<HostLaunch> launches = new ArrayList<>();
    Placement apart =
        new Placement() {
          @Override
          public String name() {
            return "apart";
          }

          @Override
          public HostProcess start(HostLaunch launch) {
            launches.add(launch);
            return ToolHost.subprocess(PYTHON).start(launch);
          }
        };
    try (ToolHost host =
        ToolHost.builder()
            .bundle(bundle, ToolHost.subprocess(PYTHON))
            .module(bundle, "apart", apart)
            .build()) {
      assertEquals(1, launches.size());
      assertEquals(22, host.tools().size());
      Object one = call(host, "trouble.tools.wait_for", "path", flag.toString());
      Object other = call(host, "trouble.apart.wait_for", "path", flag.toString());
      assertFalse(one.equals(other), "they have the same parent");
    }
  }

  @Test
  void nothingIsLeftAfterClose() throws Exception {
    Path path = root.resolve("hang");
    ToolHost host = trouble().build();
    CompletableFuture<Object> running =
        start(
            host, "trouble.tools.hang", new Call(Duration.ofSeconds(60)), "path", path.toString());
    Bundles.await(() -> Files.exists(Path.of(path + ".started")), "its start");
    List<ProcessHandle> processes =
        ProcessHandle.current().descendants().filter(ProcessHandle::isAlive).toList();
    assertTrue(processes.size() >= 3, processes.toString());
    host.close();

    assertEquals("TOOL_HOST_LOST", failure(running).code());
    processes.forEach(process -> Bundles.await(() -> !process.isAlive(), "the end of " + process));
    ToolException closed =
        failure(start(host, "trouble.tools.add", new Call(Duration.ofSeconds(1)), "a", 1L));
    assertEquals("TOOL_HOST_UNAVAILABLE", closed.code());
    host.close();
  }

  @Test
  void oneThatIsStoppedIsKilledAtClose() throws Exception {
    List<ProcessHandle> before = ProcessHandle.current().children().toList();
    ToolHost host = trouble().build();
    ProcessHandle keeper =
        ProcessHandle.current()
            .children()
            .filter(child -> !before.contains(child))
            .findFirst()
            .orElseThrow();
    List<ProcessHandle> processes = keeper.descendants().toList();
    // The shell's own kill: the command belongs to a package that a small system lacks.
    assertEquals(0, new ProcessBuilder("sh", "-c", "kill -STOP " + keeper.pid()).start().waitFor());
    host.close();

    Bundles.await(() -> !keeper.isAlive(), "its end");
    processes.forEach(process -> Bundles.await(() -> !process.isAlive(), "the end of " + process));
  }
}
