package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.testkit.FakeTools.NoArguments;
import io.isoruntime.testkit.FilesContract;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * How a service that is in a container itself differs from one that is not: it has to find a
 * channel, and to translate its paths into the host's. Only {@link DockerInDockerTest} starts it;
 * the property {@code iso.channel} says which channel must be found.
 */
class ContainedContract extends DockerContract implements FilesContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime();
  }

  @Test
  void theChannelIsTheExpectedOne() {
    assertEquals(System.getProperty("iso.channel"), run("pass").isolation().channel());
  }

  @Test
  void aToolOfTheServiceIsCalled() {
    Tool<?, ?> where =
        Tool.of("where", NoArguments.class, String.class, none -> "in the service's container");

    ExecutionResult result = run("from tools import where\nprint(where())", ToolRegistry.of(where));

    assertEquals("in the service's container\n", result.stdout().text(), result::toString);
  }

  @Test
  void aLimitOfTheSandboxIsNotTheServices() {
    ExecutionResult result = run("x = bytearray(1 << 30)\nx[::4096] = b'x' * len(x[::4096])");

    assertEquals(Limit.MEMORY, result.limit().orElseThrow(), result::toString);
  }

  @Test
  void aProgramThatTakesTooLongIsEnded() {
    ExecutionResult result =
        run(ExecutionRequest.python("while True: pass").timeout(Duration.ofMillis(500)));

    assertInstanceOf(Outcome.TimedOut.class, result.outcome(), result::toString);
  }

  /** In a shared directory a mount is found under the host's name; elsewhere that is said. */
  @Test
  void aMountIsTranslatedOrRefusedByName() throws IOException {
    Path shared = Path.of("/exec-workspace");
    boolean isShared = Files.isDirectory(shared);
    Path source = (isShared ? shared : Path.of("/tmp")).resolve("mounted");
    Files.createDirectory(source);
    Files.writeString(source.resolve("fact.txt"), "seen through a mount");
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(source, "/mnt/data")).build();
    try (Runtime runtime = open(profile)) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("print(open('/mnt/data/fact.txt').read())").build());
      if (isShared) {
        assertEquals("seen through a mount\n", result.stdout().text(), result::toString);
      } else {
        Outcome.InfrastructureFailed failed =
            assertInstanceOf(Outcome.InfrastructureFailed.class, result.outcome());
        assertEquals(ErrorCode.PATH_NOT_SHARED, failed.problem().code(), failed::toString);
      }
    }
  }

  /** Prints a line for each test. */
  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(ContainedContract.class))
                .build(),
            new TestExecutionListener() {
              @Override
              public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                boolean ok = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
                if (test.isTest() || !ok) {
                  String why = result.getThrowable().map(Throwable::toString).orElse("");
                  out.println(
                      (ok ? "ok " : "not ok ")
                          + test.getDisplayName().replace("()", "")
                          + " "
                          + why.replaceAll("\\s+", " "));
                }
              }
            });
    out.println("end");
    System.exit(0);
  }
}
