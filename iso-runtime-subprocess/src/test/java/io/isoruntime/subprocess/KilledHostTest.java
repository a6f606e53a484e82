package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second JVM is killed while it runs a program: nothing of the sandbox may stay behind. */
@Tag("host")
@Tag("once")
class KilledHostTest {
  @TempDir Path directory;

  /** The second JVM: runs a program that never ends and says when it has started. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) {
      Runtime runtime = SubprocessRuntime.builder().interpreter("/usr/bin/python3").build();
      Workspace workspace = runtime.openWorkspace(Path.of(args[0]));
      Execution execution =
          runtime.start(
              ExecutionRequest.python(
                      """
                      import subprocess
                      child = subprocess.Popen(["/bin/sleep", "1000"])
                      print("ready", flush=True)
                      child.wait()
                      """)
                  .in(workspace)
                  .build());
      execution.events().subscribe(new Printer());
      execution.result().toCompletableFuture().join();
    }
  }

  private static final class Printer implements Flow.Subscriber<ExecutionEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output output && output.text().contains("ready")) {
        System.out.println("ready");
      } else if (event instanceof ExecutionEvent.Finished finished) {
        System.out.println(finished.result());
      }
    }

    @Override
    public void onError(Throwable error) {
      error.printStackTrace();
    }

    @Override
    public void onComplete() {}
  }

  private record Trace(List<Long> processes, List<Path> cgroups, List<Path> sockets) {}

  /** Everything that descends from the JVM, and its cgroups by name. */
  private static Trace trace(long pid) throws IOException {
    List<Long> processes =
        ProcessHandle.of(pid).orElseThrow().descendants().map(ProcessHandle::pid).toList();
    return new Trace(processes, NamedCgroups.of("iso-" + pid + "-"), sockets(pid));
  }

  private static List<Path> sockets(long pid) throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/tmp"))) {
      return entries
          .filter(path -> path.getFileName().toString().startsWith("iso-" + pid + "-"))
          .toList();
    }
  }

  /**
   * The orphaned helper is reaped by the machine's own init, some of which take a second or two for
   * it; until then it is a zombie. One whose other threads live is not dead.
   */
  private static boolean isAlive(long pid) {
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      String stat = Files.readString(process.resolve("stat"));
      boolean zombie = stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
      return !zombie || threads.count() > 1;
    } catch (IOException | UncheckedIOException e) {
      return false; // gone, perhaps just now
    }
  }

  @Test
  void leavesNothingBehindWithinTwoSeconds() throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Victim.class.getName(),
                directory.resolve("workspace").toString())
            .redirectErrorStream(true)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder said = new StringBuilder();
      String line = output.readLine();
      while (line != null && !line.equals("ready")) {
        said.append(line).append('\n');
        line = output.readLine();
      }
      assertEquals("ready", line, () -> "the second JVM said: " + said);
      Trace before = trace(victim.pid());
      // The template, the helper, PID 1, the executor and its child; one cgroup at least.
      assertTrue(before.processes().size() >= 5, before.toString());
      assertFalse(before.sockets().isEmpty());
      assertFalse(before.cgroups().isEmpty());

      victim.destroyForcibly();
      long killed = System.nanoTime();
      // They are no children of this process, so there is no event of their end to wait for.
      while (before.processes().stream().anyMatch(KilledHostTest::isAlive)) {
        assertTrue(System.nanoTime() - killed < 2_000_000_000L, "processes are left: " + before);
        Thread.onSpinWait();
      }
      while (before.cgroups().stream().anyMatch(Files::exists)) {
        assertTrue(System.nanoTime() - killed < 2_000_000_000L, "cgroups are left: " + before);
        Thread.onSpinWait();
      }
      while (before.sockets().stream().anyMatch(Files::exists)) {
        assertTrue(System.nanoTime() - killed < 2_000_000_000L, "sockets are left: " + before);
        Thread.onSpinWait();
      }
      String mounts = Files.readString(Path.of("/proc/self/mountinfo"));
      assertFalse(mounts.contains("/workspace "), "a mount of the sandbox is in our namespace");
    } finally {
      victim.destroyForcibly();
    }
  }
}
