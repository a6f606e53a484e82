package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A service that is killed can clean up nothing; its sandboxes end all the same. */
@Timeout(60)
class KilledHostTest {
  private static final String PROGRAM =
      """
      import subprocess
      child = subprocess.Popen(["/bin/sleep", "1000"])
      print("ready", flush=True)
      child.wait()
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
  void leavesNothingBehindWithinFiveSeconds(DockerChannel channel) throws Exception {
    try (SecondJvm victim =
        SecondJvm.start(
            List.of(),
            Map.of(),
            SecondJvm.classPath(),
            channel.name(),
            directory.resolve("workspace").toString(),
            PROGRAM)) {
      String execution = victim.await("execution ").replace("execution ", "");
      assertEquals("ready", victim.await("ready"));
      assertFalse(Containers.of(execution).isEmpty());

      victim.process().destroyForcibly();

      Containers.assertGoneWithin(5_000, execution);
    }
  }
}
