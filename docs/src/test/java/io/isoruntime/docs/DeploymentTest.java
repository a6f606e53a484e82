package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.docs.samples.DeployedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in deployment/ make of a service what they promise. */
@Tag("host")
@Tag("once")
class DeploymentTest {
  private static final int REFUSED = 78;

  /** In containers that the real engine makes of the real files. */
  @Nested
  class TheEntrypoint {
    @TempDir Path shared;

    @BeforeEach
    void requireEngine() {
      RealEngine.require();
    }

    @Test
    void givesUpRootAndKeepsTheSocket() throws IOException {
      DeployedImage.Ran ran =
          DeployedImage.run(
              List.of(DeployedImage.MOUNTED),
              "sh",
              "-c",
              "cat /proc/self/status; test -w " + DeployedImage.SOCKET + " && echo usable");

      assertEquals(0, ran.status(), ran::toString);
      assertLine("Uid:\t10001\t10001\t10001\t10001", ran.out());
      assertLine("CapPrm:\t0000000000000000", ran.out());
      assertLine("CapEff:\t0000000000000000", ran.out());
      assertLine("NoNewPrivs:\t1", ran.out());
      assertLine("usable", ran.out());
    }

    @Test
    void letsAnUnprivilegedServiceRunPrograms() throws IOException {
      DeployedImage.Ran ran =
          DeployedImage.run(
              List.of(DeployedImage.MOUNTED), DeployedImage.java(DeployedService.class));

      assertEquals("Completed[] bundles: none\n\n", ran.out(), ran::toString);
      assertTrue(ran.err().contains("channel attached"), ran::err);
    }

    @Test
    void takesOverTheHostsDirectories() throws IOException {
      Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
      Path workspaces = Files.createDirectory(shared.resolve("workspaces"));
      Path bundles = Files.createDirectory(shared.resolve("bundles"));
      Files.createFile(bundles.resolve("orders.py"));

      DeployedImage.Ran ran =
          DeployedImage.run(
              List.of(
                  DeployedImage.MOUNTED,
                  "--volume=" + workspaces + ":/exec-workspace",
                  "--volume=" + bundles + ":/bundles:ro",
                  "--env=HOST_EXEC_WORKSPACE_PATH=" + workspaces,
                  "--env=HOST_BUNDLES_PATH=" + bundles),
              DeployedImage.java(DeployedService.class));

      assertEquals("Completed[] bundles: ['orders.py']\n\n", ran.out(), ran::toString);
      assertTrue(ran.err().contains("channel unix-socket"), ran::err);
      assertEquals(10001, Files.getAttribute(workspaces, "unix:uid"));
    }

    @Test
    void refusesWithoutASocket() throws IOException {
      assertRefused(
          DeployedImage.run(List.of(), "true"),
          "entrypoint: there is no engine socket at /var/run/docker.sock.",
          "-v /var/run/docker.sock:/var/run/docker.sock");
    }

    @Test
    void refusesADirectoryInTheSocketsPlace() throws IOException {
      assertRefused(
          DeployedImage.run(List.of("--volume=" + shared + ":" + DeployedImage.SOCKET), "true"),
          "entrypoint: there is no engine socket at /var/run/docker.sock.");
    }

    @Test
    void refusesAUserThatMayNotUseTheSocket() throws IOException {
      assertRefused(
          DeployedImage.run(List.of(DeployedImage.MOUNTED, "--user=10001:10001"), "true"),
          "entrypoint: user id 10001 may not use the engine's socket /var/run/docker.sock",
          "--group-add ");
    }

    @Test
    void refusesWorkspacesOfSomebodyElse() throws IOException {
      Files.setAttribute(shared, "unix:uid", 4242);
      assertRefused(
          DeployedImage.run(
              List.of(DeployedImage.MOUNTED, "--volume=" + shared + ":/exec-workspace"), "true"),
          "entrypoint: the service may not write to /exec-workspace, which user id 4242 owns.",
          "chown 10001");
    }

    @Test
    void asksForNoSocketWhereTheEngineIsRemote() throws IOException {
      DeployedImage.Ran ran =
          DeployedImage.run(List.of("--env=DOCKER_HOST=tcp://engine:2376"), "id", "-u");
      assertEquals("10001\n", ran.out(), ran::toString);
    }
  }

  @Test
  void composeConfinesTheServiceAsTheContainersOfTheseTests() throws IOException {
    String compose = read("compose.yaml");
    for (List<String> setting : DeployedImage.CONFINED) {
      assertTrue(compose.contains(setting.get(0)), () -> "not in compose.yaml: " + setting.get(0));
    }
  }

  @Test
  void theExampleSetsWhatComposeReads() throws IOException {
    assertEquals(
        names("\\$\\{([A-Z_]+)", read("compose.yaml")),
        names("(?m)^([A-Z_]+)=", read(".env.example")));
  }

  @Test
  void thePageListsEveryVariable() throws IOException {
    Set<String> known =
        names(
            "\"([A-Z]+_[A-Z_]+)\"",
            Files.readString(
                OperationsPage.ROOT.resolve(
                    "iso-runtime-api/src/main/java/io/isoruntime/Settings.java")));
    known.addAll(Set.of("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"));
    assertEquals(known, names("(?m)^\\| `([A-Z]+_[A-Z_]+)` \\|", new OperationsPage().text()));
  }

  private static String read(String name) throws IOException {
    return Files.readString(OperationsPage.ROOT.resolve("deployment").resolve(name));
  }

  private static Set<String> names(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void assertLine(String line, String text) {
    assertTrue(text.lines().anyMatch(line::equals), () -> line + " is not in\n" + text);
  }

  private static void assertRefused(DeployedImage.Ran ran, String... words) {
    assertEquals(REFUSED, ran.status(), ran::toString);
    assertEquals("", ran.out());
    for (String said : words) {
      assertTrue(ran.err().contains(said), ran::err);
    }
  }
}
