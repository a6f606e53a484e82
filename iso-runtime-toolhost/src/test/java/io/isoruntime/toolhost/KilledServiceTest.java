package io.isoruntime.toolhost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A second JVM is killed while a tool runs: nothing of its tool host may stay behind. */
@Timeout(300)
@Tag("host")
@Tag("once")
class KilledServiceTest {
  @TempDir Path root;

  /** The second JVM. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] args) throws Exception {
      Path root = Path.of(args[0]);
      ToolHost host =
          ToolHost.builder()
              .bundles(Bundles.of(root, "trouble", Bundles.TROUBLE))
              .placement(ToolHost.subprocess("/usr/bin/python3"))
              .build();
      Path path = root.resolve("hang");
      var running =
          Bundles.start(
              host, "trouble.tools.hang", new Call(Duration.ofMinutes(5)), "path", path.toString());
      Bundles.await(() -> java.nio.file.Files.exists(Path.of(path + ".started")), "its start");
      System.out.println("ready");
      running.join();
    }
  }

  @Test
  void nothingIsLeftOfTheToolHostOfAKilledService() throws Exception {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Victim.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(victim.getInputStream(), StandardCharsets.UTF_8))) {
      assertEquals("ready", output.readLine());
      List<ProcessHandle> processes = victim.descendants().toList();
      // The keeper, the template, the call's worker and those that wait.
      assertTrue(processes.size() >= 4, processes.toString());

      victim.destroyForcibly();
      processes.forEach(
          process -> Bundles.await(() -> !process.isAlive(), "the end of " + process));
    } finally {
      victim.destroyForcibly();
    }
  }
}
