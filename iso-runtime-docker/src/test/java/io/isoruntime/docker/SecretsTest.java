package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the service knows is nowhere in its containers. */
@Timeout(300)
@Tag("host")
@Tag("once")
class SecretsTest {
  private static final String CANARY = "canary-7f3a91c5e2";
  private static final String PROGRAM =
      """
      import os
      found = []
      needle = ("canary-" + "7f3a91c5e2").encode()
      for top, directories, files in os.walk("/"):
          directories[:] = [d for d in directories if os.path.join(top, d) not in ("/sys", "/usr")]
          for name in files:
              path = os.path.join(top, name)
              if path in ("/workspace/pkg/main.py", "/proc/kmsg"):
                  continue
              try:
                  if not os.path.isfile(path):
                      continue
                  with open(path, "rb") as file:
                      if needle in file.read(1 << 20):
                          found.append(path)
              except OSError:
                  pass
      print("found", found, "AWS" in str(dict(os.environ)), flush=True)
      import time
      time.sleep(3)
      """;

  @TempDir Path directory;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  @ParameterizedTest
  @EnumSource(
      value = DockerChannel.class,
      names = {"ATTACHED", "UNIX_SOCKET"})
  void areNotInTheContainer(DockerChannel channel) throws Exception {
    Map<String, String> environment =
        Map.of(
            "AWS_SECRET_ACCESS_KEY", CANARY,
            "SERVICE_TOKEN", CANARY,
            "NO_PROXY", CANARY,
            "PYTHONPATH", "/" + CANARY);
    try (SecondJvm service =
        SecondJvm.start(
            List.of(),
            environment,
            SecondJvm.classPath(),
            channel.name(),
            directory.resolve("workspace").toString(),
            PROGRAM)) {
      String execution = service.await("execution ").replace("execution ", "");
      assertEquals("found [] False", service.await("found"));
      String id = Containers.of(execution).get(0).getId();
      String inspected = run("docker", "inspect", id);
      assertTrue(inspected.contains(id), inspected);
      assertFalse(inspected.contains(CANARY), "the engine knows it");
      assertFalse(inspected.contains("AWS_"), "the engine knows the name");
      assertTrue(service.await("result ").contains("Completed"));
    }
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
