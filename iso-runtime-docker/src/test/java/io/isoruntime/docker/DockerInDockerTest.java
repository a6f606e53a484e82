package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/** A service in a container that has the engine's socket, in all three forms. */
@Tag("engines")
class DockerInDockerTest {
  private static final String IMAGE =
      Optional.ofNullable(System.getenv("ISO_TEST_DIND_IMAGE")).orElse("iso-dind-host:latest");
  private static final String SOCKET = "/var/run/docker.sock";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir Path shared;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  @TestFactory
  Stream<DynamicTest> withVariables() throws Exception {
    return contract(
        "unix-socket",
        Map.of("HOST_EXEC_WORKSPACE_PATH", shared.toString()),
        List.of(bind(shared, "/exec-workspace", AccessMode.rw)));
  }

  @TestFactory
  Stream<DynamicTest> withAutomaticDetection() throws Exception {
    return contract(
        "unix-socket", Map.of(), List.of(bind(shared, "/exec-workspace", AccessMode.rw)));
  }

  @TestFactory
  Stream<DynamicTest> withoutAnySharedDirectory() throws Exception {
    return contract("attached", Map.of(), List.of());
  }

  private static Bind bind(Path source, String target, AccessMode mode) {
    return new Bind(source.toString(), new Volume(target), mode);
  }

  /** As an operator forgets to let the service's user use the socket. */
  @Test
  void aDeniedSocketIsNamedWithItsRemedy() {
    List<Bind> binds = new ArrayList<>();
    List<String> classPath = withClasses(binds);
    try (GenericContainer<?> container =
        service(
            "12345:12345",
            Map.of(),
            binds,
            "-cp",
            String.join(":", classPath),
            SecondJvm.class.getName(),
            "AUTO",
            "/tmp/workspace",
            "pass")) {
      container.start();
      String said = container.getLogs();
      assertTrue(said.contains("code=ENGINE_ACCESS_DENIED"), said);
      assertTrue(said.contains("Permission denied"), said);
      assertTrue(said.contains("--group-add"), said);
    }
  }

  /** Adds the socket and the test's classes to what is mounted, and gives the class path. */
  private static List<String> withClasses(List<Bind> binds) {
    binds.add(bind(Path.of(SOCKET), SOCKET, AccessMode.rw));
    List<String> classPath = new ArrayList<>();
    for (String entry : SecondJvm.classPath().split(File.pathSeparator)) {
      // Not under their own names: those would count as shared directories.
      if (Files.exists(Path.of(entry))) {
        String target = "/classes/" + classPath.size() + (entry.endsWith(".jar") ? ".jar" : "");
        binds.add(bind(Path.of(entry), target, AccessMode.ro));
        classPath.add(target);
      }
    }
    return classPath;
  }

  private static GenericContainer<?> service(
      String user, Map<String, String> environment, List<Bind> binds, String... command) {
    List<String> whole =
        new ArrayList<>(
            List.of("-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error"));
    whole.addAll(List.of(command));
    return new GenericContainer<>(DockerImageName.parse(IMAGE))
        .withEnv("ISO_MUST_WORK", "1")
        .withEnv("ISO_TEST_IMAGE", TestEngine.IMAGE)
        .withEnv("LC_ALL", "C.UTF-8")
        .withEnv(environment)
        .withCreateContainerCmdModifier(
            create ->
                create
                    .withEntrypoint("java")
                    .withUser(user)
                    .getHostConfig()
                    .withNetworkMode("none")
                    .withBinds(binds))
        .withCommand(whole.toArray(String[]::new))
        .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE));
  }

  private static Stream<DynamicTest> contract(
      String channel, Map<String, String> environment, List<Bind> shares) throws Exception {
    List<Bind> binds = new ArrayList<>(shares);
    List<String> classPath = withClasses(binds);
    try (GenericContainer<?> container =
        service(
            "0:0",
            environment,
            binds,
            "-Diso.channel=" + channel,
            "-cp",
            String.join(":", classPath),
            ContainedContract.class.getName())) {
      container.start();
      List<String> lines = container.getLogs().lines().filter(line -> !line.isEmpty()).toList();
      assertEquals("end", lines.get(lines.size() - 1), () -> String.join("\n", lines));
      List<DynamicTest> tests =
          lines.stream()
              .filter(line -> line.matches("(not )?ok .*"))
              .map(
                  line ->
                      DynamicTest.dynamicTest(
                          line.replaceFirst("^(not )?ok (\\S+).*", "$2"),
                          () -> assertTrue(line.startsWith("ok "), line)))
              .toList();
      assertTrue(tests.size() >= 20, () -> "only " + tests.size() + " tests ran");
      return tests.stream();
    }
  }
}
