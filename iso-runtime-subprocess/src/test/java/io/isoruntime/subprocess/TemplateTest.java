package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
@Tag("once")
class TemplateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String PYTHON = "/usr/bin/python3";

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Templates templates = new Templates(InterpreterProbe.run(PYTHON), threads);

  @AfterEach
  void close() {
    templates.close();
    threads.shutdownNow();
  }

  private Template template() throws IOException {
    return Template.start(InterpreterProbe.run(PYTHON), threads);
  }

  private static void signal(long pid, String name) throws Exception {
    // The shell's own kill: the command belongs to a package that a small system lacks.
    String kill = "kill -" + name + " " + pid;
    assertEquals(0, new ProcessBuilder("sh", "-c", kill).start().waitFor());
  }

  private static void awaitEnd(Helper helper) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(2);
    helper.onExit(ended::countDown);
    helper.end(ended::countDown); // by force after a second, as a loaded host may need it
    assertTrue(ended.await(20, TimeUnit.SECONDS));
  }

  @Test
  void forksHelpersThatOutliveIt() throws Exception {
    Template template = template();
    Helper first = template.fork(true, PATIENCE, threads);
    Helper second = template.fork(false, PATIENCE, threads);
    assertNotEquals(first.pid(), second.pid());
    assertEquals(template.pid(), parent(first.pid()));

    template.close();

    assertTrue(first.isAlive() && second.isAlive());
    awaitEnd(first);
    awaitEnd(second);
  }

  private static long parent(long pid) {
    return ProcessHandle.of(pid).flatMap(ProcessHandle::parent).orElseThrow().pid();
  }

  @Test
  void leavesNoDirectory() throws Exception {
    Template template = template();
    template.fork(false, PATIENCE, threads).kill();
    assertTrue(Files.exists(template.socket()));

    template.close();

    assertFalse(Files.exists(template.socket().getParent()));
  }

  @Test
  void turnsAwayWhoDidNotStartIt() throws Exception {
    Template template = template();
    try {
      template.fork(false, PATIENCE, threads).kill();
      Process stranger =
          new ProcessBuilder(
                  PYTHON,
                  "-c",
                  """
                  import socket, sys
                  s = socket.socket(socket.AF_UNIX)
                  s.connect(sys.argv[1])
                  print(s.recv(8))
                  """,
                  template.socket().toString())
              .redirectErrorStream(true)
              .start();
      assertEquals(
          "b''\n", new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      awaitEnd(template.fork(false, PATIENCE, threads));
    } finally {
      template.close();
    }
  }

  @Test
  void isReplacedWhenItWasKilled() throws Exception {
    Helper before = templates.fork(true, PATIENCE);
    long killed = parent(before.pid());
    ProcessHandle process = ProcessHandle.of(killed).orElseThrow();
    process.destroyForcibly();
    process.onExit().get(20, TimeUnit.SECONDS);

    Helper after = templates.fork(false, PATIENCE);

    assertNotEquals(killed, parent(after.pid()));
    awaitEnd(before);
    awaitEnd(after);
  }

  @Test
  void isGivenUpWhenItHangs() throws Exception {
    Helper before = templates.fork(true, PATIENCE);
    long stopped = parent(before.pid());
    ProcessHandle process = ProcessHandle.of(stopped).orElseThrow();
    signal(stopped, "STOP");

    IOException thrown =
        assertThrows(IOException.class, () -> templates.fork(false, Duration.ofMillis(300)));

    assertTrue(thrown.getMessage().contains("did not fork"), thrown.getMessage());
    process.onExit().get(20, TimeUnit.SECONDS);
    awaitEnd(templates.fork(false, PATIENCE));
    awaitEnd(before);
  }

  @Test
  void isGivenUpWhenItNeverBegins(@TempDir Path directory) throws Exception {
    Path deaf = Files.writeString(directory.resolve("deaf"), "#!/bin/sh\nexec sleep 1000\n");
    Files.setPosixFilePermissions(deaf, PosixFilePermissions.fromString("rwx------"));
    byte[] moreThanAPipeHolds = new byte[1 << 20];
    Template template = Template.start(interpreter(deaf.toString(), moreThanAPipeHolds), threads);
    ProcessHandle process = ProcessHandle.of(template.pid()).orElseThrow();

    IOException thrown =
        assertThrows(
            IOException.class, () -> template.fork(false, Duration.ofMillis(300), threads));
    assertTimeoutPreemptively(PATIENCE, template::close);

    assertTrue(thrown.getMessage().contains("did not get ready"), thrown.getMessage());
    process.onExit().get(20, TimeUnit.SECONDS);
    assertFalse(Files.exists(template.socket().getParent()));
  }

  @Test
  void endsWithItsSupervisorAndNotBySignalsToTheWholeService() throws Exception {
    Template template = template();
    try {
      template.fork(false, PATIENCE, threads).kill();
      for (String name : List.of("TERM", "INT", "HUP")) {
        signal(template.pid(), name);
      }
      awaitEnd(template.fork(true, PATIENCE, threads));
    } finally {
      template.close();
    }
  }

  @Test
  void saysWhyItCouldNotFork() throws Exception {
    Template template = template();
    try {
      template.fork(true, PATIENCE, threads).kill();
      String pid = Long.toString(template.pid());
      Process limit = new ProcessBuilder("prlimit", "--nofile=4:4", "--pid", pid).start();
      assertEquals(0, limit.waitFor());

      IOException thrown =
          assertThrows(IOException.class, () -> template.fork(false, PATIENCE, threads));

      assertTrue(thrown.getMessage().contains("Too many open files"), thrown.getMessage());
    } finally {
      template.close();
    }
  }

  @Test
  void sharesNoStreamWithItsHelpers() throws Exception {
    Template template = template();
    Helper early = template.fork(false, PATIENCE, threads);
    try {
      Path streams = Path.of("/proc", Long.toString(early.pid()), "fd");
      for (String stream : List.of("0", "1", "2")) {
        String other = Files.readSymbolicLink(streams.resolve(stream)).toString();
        assertTrue(other.startsWith("socket:"), other);
      }
    } finally {
      awaitEnd(early);
      template.close();
    }
  }

  @Test
  void leavesNoHelperThatNobodyCanWaitFor() throws Exception {
    Template template = template();
    try {
      template.fork(true, PATIENCE, threads).kill();
      assertThrows(
          RejectedExecutionException.class,
          () ->
              template.fork(
                  false,
                  PATIENCE,
                  task -> {
                    throw new RejectedExecutionException();
                  }));
      List<ProcessHandle> left = ProcessHandle.of(template.pid()).orElseThrow().children().toList();
      for (ProcessHandle helper : left) {
        helper.onExit().get(20, TimeUnit.SECONDS);
      }
    } finally {
      template.close();
    }
  }

  @Test
  void leavesNoInterpreterThatNobodyCanStart() {
    Set<ProcessHandle> before = ProcessHandle.current().children().collect(Collectors.toSet());

    assertThrows(
        IOException.class,
        () ->
            Template.start(
                InterpreterProbe.run(PYTHON),
                task -> {
                  throw new RejectedExecutionException();
                }));

    assertEquals(
        Set.of(),
        ProcessHandle.current()
            .children()
            .filter(child -> !before.contains(child) && child.isAlive())
            .collect(Collectors.toSet()));
  }

  private static Interpreter interpreter(String executable, byte[] code) {
    Interpreter found = InterpreterProbe.run(PYTHON);
    return new Interpreter(
        executable,
        found.version(),
        found.versionInfo(),
        found.prefix(),
        found.basePrefix(),
        found.execPrefix(),
        found.baseExecPrefix(),
        found.path(),
        found.libraries(),
        code);
  }

  @Test
  void saysWhyItCouldNotStart() throws Exception {
    Template template = Template.start(interpreter(PYTHON, new byte[] {'?'}), threads);
    try {
      IOException thrown =
          assertThrows(IOException.class, () -> template.fork(false, PATIENCE, threads));
      assertTrue(thrown.getMessage().contains("bad marshal data"), thrown.getMessage());
    } finally {
      template.close();
    }
  }

  @Test
  void refusesWithTheReasonWhenNoOtherCanStart(@TempDir Path directory) throws Exception {
    Files.writeString(directory.resolve("pyvenv.cfg"), "home = /usr/bin\n");
    Path scripts = Files.createDirectory(directory.resolve("bin"));
    Path link = Files.createSymbolicLink(scripts.resolve("python3"), Path.of(PYTHON));
    try (Runtime runtime = runtime(link, directory)) {
      ExecutionRequest request = ExecutionRequest.python("print(1)").build();
      assertInstanceOf(Outcome.Completed.class, runtime.execute(request).outcome());
      Files.delete(link);
      killTemplates();

      String outcome = runtime.execute(request).outcome().toString();

      assertTrue(outcome.contains("No helper could be started: Cannot run program"), outcome);
    }
  }

  @Test
  void servesARuntimeWhoseTemplateIsKilledBetweenPrograms(@TempDir Path directory)
      throws Exception {
    try (Runtime runtime = runtime(Path.of(PYTHON), directory)) {
      ExecutionRequest request = ExecutionRequest.python("print(1)").build();
      for (int round = 0; round < 3; round++) {
        assertInstanceOf(Outcome.Completed.class, runtime.execute(request).outcome());
        killTemplates();
      }
    }
  }

  private static Runtime runtime(Path interpreter, Path workspaces) {
    return SubprocessRuntime.builder()
        .interpreter(interpreter.toString())
        .workspaceRoot(workspaces)
        .build();
  }

  private static void killTemplates() throws Exception {
    List<ProcessHandle> templates =
        ProcessHandle.current()
            .children()
            .filter(child -> child.info().arguments().map(a -> a.length > 5).orElse(false))
            .toList();
    for (ProcessHandle template : templates) {
      template.destroyForcibly();
      template.onExit().get(20, TimeUnit.SECONDS);
    }
  }
}
