package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.PathTranslator;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.spi.Protocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an operator can get wrong, and what is said then. */
@Timeout(300)
@Tag("host")
@Tag("once")
class DeploymentTest {
  private static final String READ = "print(open('/mnt/data/fact.txt').read(), end='')";

  @TempDir Path directory;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  /** Its workspaces go with the directory. */
  private DockerRuntime.Builder runtime() {
    return TestEngine.runtime().workspaceRoot(directory);
  }

  private static ErrorCode failure(ExecutionResult result) {
    return assertInstanceOf(Outcome.InfrastructureFailed.class, result.outcome(), result::toString)
        .problem()
        .code();
  }

  private static ExecutionResult run(Runtime runtime, String program) {
    return runtime.execute(ExecutionRequest.python(program).build());
  }

  /** An image derived from the test's; its name is the caller's to remove. */
  private String image(String name, String... lines) throws Exception {
    Path file = directory.resolve("Dockerfile");
    Files.writeString(file, "FROM " + TestEngine.IMAGE + "\n" + String.join("\n", lines) + "\n");
    PrivateEngine.run(
        "docker",
        "build",
        "-q",
        "--network",
        "none",
        "-t",
        name,
        "-f",
        file.toString(),
        directory.toString());
    return name;
  }

  private static ErrorCode built(String image) {
    IsoException refused =
        assertThrows(IsoException.class, () -> TestEngine.runtime().image(image).build());
    assertTrue(refused.problem().remedy().contains("build/image.sh"), refused::getMessage);
    assertTrue(refused.problem().cause().contains(image), refused::getMessage);
    return refused.problem().code();
  }

  @Test
  void aMissingImageIsNamedWithTheCommandThatBuildsIt() {
    assertEquals(ErrorCode.IMAGE_MISSING, built("iso-test-no-such-image:latest"));
  }

  @Test
  void anImageOfAnotherProtocolOrWithoutInitIsRefusedByName() throws Exception {
    try {
      assertEquals(
          ErrorCode.IMAGE_INCOMPATIBLE,
          built(image("iso-test-other", "LABEL " + Protocol.IMAGE_LABEL + "=1")));
    } finally {
      PrivateEngine.run("docker", "rmi", "iso-test-other");
    }
    assertEquals(
        ErrorCode.IMAGE_INCOMPATIBLE,
        built(
            java.util.Optional.ofNullable(System.getenv("ISO_TEST_DIND_IMAGE"))
                .orElse("iso-dind-host:latest")));
  }

  @Test
  void anImageWhoseEntryPointIsNotInitIsATypedFailureAndLeavesNothing() throws Exception {
    String name =
        image(
            "iso-test-broken",
            "ENTRYPOINT [\"/bin/sh\", \"-c\", \"printf 'no \\\\033[31minit' >&2; exit 3\"]");
    try {
      for (DockerChannel channel :
          new DockerChannel[] {DockerChannel.ATTACHED, DockerChannel.UNIX_SOCKET}) {
        try (Runtime runtime = runtime().image(name).channel(channel).build()) {
          ExecutionResult result = run(runtime, "pass");
          assertEquals(ErrorCode.IMAGE_INCOMPATIBLE, failure(result), result::toString);
          assertTrue(result.toString().contains("and said: no [31minit"), result::toString);
        }
      }
    } finally {
      PrivateEngine.run("docker", "rmi", name); // fails while a container is left of it
    }
  }

  /**
   * The engine's silence counts from init's first word; until then the start has its own deadline.
   */
  @Test
  void aContainerThatIsSlowToStartIsWaitedFor() throws Exception {
    String name =
        image(
            "iso-test-slow",
            "ENTRYPOINT [\"/bin/sh\", \"-c\", \"sleep 6; exec env -i PATH=/usr/local/bin:/usr/bin:/bin"
                + " python3 -I -S -X utf8 /opt/iso-runtime/boot.py /opt/iso-runtime/init.bin\"]");
    try (Runtime runtime = runtime().image(name).channel(DockerChannel.ATTACHED).build()) {
      ExecutionResult result = run(runtime, "pass");
      assertInstanceOf(Outcome.Completed.class, result.outcome(), result::toString);
    } finally {
      PrivateEngine.run("docker", "rmi", name);
    }
  }

  @Test
  void whatAnImageBringsAlongIsRefusedWhereItWeakensTheSandbox() throws Exception {
    String name =
        image(
            "iso-test-volume",
            "VOLUME /data",
            "ENV AWS_SECRET_ACCESS_KEY=baked-in",
            "HEALTHCHECK --interval=1s CMD touch /dev/shm/healthy");
    try (Runtime runtime = runtime().image(name).channel(DockerChannel.ATTACHED).build()) {
      ExecutionResult result = run(runtime, "pass");
      Outcome.Refused refused =
          assertInstanceOf(Outcome.Refused.class, result.outcome(), result::toString);
      assertEquals(ErrorCode.ISOLATION_INCOMPLETE, refused.problem().code());
      assertTrue(refused.problem().cause().contains("volumes"), refused::toString);
    } finally {
      PrivateEngine.run("docker", "rmi", name);
    }
  }

  @Test
  void variablesAndHealthChecksOfAnImageHaveNoEffect() throws Exception {
    String name =
        image(
            "iso-test-env",
            "ENV AWS_SECRET_ACCESS_KEY=baked-in",
            "HEALTHCHECK --interval=1s CMD touch /dev/shm/healthy");
    try (Runtime runtime = runtime().image(name).channel(DockerChannel.ATTACHED).build()) {
      ExecutionResult result =
          run(
              runtime,
              "import os, time\ntime.sleep(2.5)\n"
                  + "print('AWS_SECRET_ACCESS_KEY' in os.environ, os.listdir('/dev/shm'))");
      assertEquals("False []\n", result.stdout().text(), result::toString);
    } finally {
      PrivateEngine.run("docker", "rmi", name);
    }
  }

  @Test
  void aMountIsSeenUnderItsTargetAndReadOnly() throws Exception {
    Path shown = Files.createDirectory(directory.resolve("shown"));
    Files.writeString(shown.resolve("fact.txt"), "true");
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(shown, "/mnt/data")).build();
    try (Runtime runtime = runtime().profile(profile).build()) {
      assertEquals("true", run(runtime, READ).stdout().text());
      ExecutionResult written = run(runtime, "open('/mnt/data/new', 'w')");
      assertInstanceOf(Outcome.CodeFailed.class, written.outcome(), written::toString);
    }
    assertEquals(1, shown.toFile().list().length, "a nonce was left");
  }

  @Test
  void aWrongTranslationIsFoundOutBeforeAnyCodeRuns() throws Exception {
    Path local = Files.createDirectories(directory.resolve("local/kb"));
    Path other = Files.createDirectories(directory.resolve("other/kb"));
    Files.writeString(local.resolve("fact.txt"), "mine");
    Files.writeString(other.resolve("fact.txt"), "somebody else's");
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(local, "/mnt/data")).build();
    for (String wrong : new String[] {"other", "nowhere"}) {
      try (Runtime runtime =
          runtime()
              .profile(profile)
              .channel(DockerChannel.ATTACHED)
              .pathTranslator(
                  PathTranslator.mapping(
                      Map.of(directory.resolve("local"), directory.resolve(wrong))))
              .build()) {
        ExecutionResult result = run(runtime, READ);
        assertEquals(ErrorCode.PATH_NOT_SHARED, failure(result), result::toString);
      }
    }
    try (Runtime runtime =
        runtime()
            .profile(profile)
            .pathTranslator(
                PathTranslator.mapping(
                    Map.of(directory.resolve("local"), directory.resolve("local"))))
            .build()) {
      assertEquals("mine", run(runtime, READ).stdout().text(), "the cause is gone");
    }
  }

  @Test
  void aSocketThatNoSandboxCanReachIsSaidOrReplaced() throws Exception {
    Path local = Files.createDirectories(directory.resolve("local"));
    PathTranslator wrong =
        PathTranslator.mapping(Map.of(local, Files.createDirectories(directory.resolve("other"))));
    try (Runtime runtime = runtime().pathTranslator(wrong).build()) {
      assertEquals("attached", run(runtime, "pass").isolation().channel());
    }
    try (Runtime runtime =
        runtime().pathTranslator(wrong).channel(DockerChannel.UNIX_SOCKET).build()) {
      assertEquals(ErrorCode.CHANNEL_UNAVAILABLE, failure(run(runtime, "pass")));
    }
    assertEquals(0, local.toFile().list().length, "a socket's directory was left");
  }

  @Test
  void aFullDiskIsATypedFailureAndTheNextExecutionWorks() throws Exception {
    Path small = Files.createDirectories(directory.resolve("small"));
    PrivateEngine.run("mount", "-t", "tmpfs", "-o", "size=1m", "full", small.toString());
    try (Runtime runtime = runtime().channel(DockerChannel.ATTACHED).build()) {
      Workspace workspace = runtime.openWorkspace(small.resolve("workspace"));
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("open('big.bin', 'wb').write(b'x' * (3 << 20))")
                  .in(workspace)
                  .build());
      assertEquals(ErrorCode.WORKSPACE_UNUSABLE, failure(result));
      assertInstanceOf(Outcome.Completed.class, run(runtime, "pass").outcome());
    } finally {
      PrivateEngine.run("umount", small.toString());
    }
  }

  @Test
  void gvisorIsRefusedAsLongAsNobodyAcceptsThatItLimitsNoMemory() {
    try (Runtime runtime = runtime().ociRuntime("runsc").build()) {
      ExecutionResult result = run(runtime, "pass");
      Outcome.Refused refused =
          assertInstanceOf(Outcome.Refused.class, result.outcome(), result::toString);
      assertTrue(refused.problem().cause().contains("memory"), refused::toString);
      assertTrue(
          refused.problem().remedy().contains("--allow-degraded memory,pids,cpu"),
          refused::toString);
    }
    try (Runtime runtime =
        runtime()
            .ociRuntime("runsc")
            .allowDegraded(Control.MEMORY, Control.PIDS, Control.CPU)
            .build()) {
      ExecutionResult result = run(runtime, "import os\nprint(os.uname().release)");
      assertInstanceOf(Outcome.Completed.class, result.outcome(), result::toString);
      assertEquals(
          java.util.Set.of(Control.MEMORY, Control.PIDS, Control.CPU), result.isolation().waived());
      IsolationReport.Reading kernel =
          result.isolation().controls().stream()
              .filter(reading -> reading.control() == Control.NAMESPACES)
              .findFirst()
              .orElseThrow();
      assertTrue(
          kernel.evidence().contains("of its own, " + result.stdout().text().strip()),
          kernel::toString);
    }
  }

  @Test
  void anUnknownOciRuntimeIsNamed() {
    IsoException unknown =
        assertThrows(IsoException.class, () -> runtime().ociRuntime("no-such-runtime").build());
    assertEquals(ErrorCode.ENGINE_UNSUITABLE, unknown.problem().code());
    assertTrue(unknown.problem().cause().contains("no-such-runtime"), unknown::getMessage);
  }

  @Test
  void whenTheKernelKillsInitItselfTheVerdictIsStillMemory() {
    // Many small processes: the largest one may then be init.
    String program =
        """
        import os, time
        for _ in range(50):
            if os.fork() == 0:
                held = []
                try:
                    while True:
                        held.append(bytearray(os.urandom(1 << 16)))
                        time.sleep(0.002)
                except BaseException:
                    pass
        time.sleep(60)
        """;
    SandboxProfile small =
        SandboxProfile.builder().memoryBytes(96 << 20).storageBytes(8 << 20).build();
    try (Runtime runtime = runtime().profile(small).channel(DockerChannel.ATTACHED).build()) {
      ExecutionResult result = run(runtime, program);
      Outcome.LimitExceeded exceeded =
          assertInstanceOf(Outcome.LimitExceeded.class, result.outcome(), result::toString);
      assertEquals(io.isoruntime.Limit.MEMORY, exceeded.limit());
      assertInstanceOf(Outcome.Completed.class, run(runtime, "pass").outcome());
    }
  }
}
