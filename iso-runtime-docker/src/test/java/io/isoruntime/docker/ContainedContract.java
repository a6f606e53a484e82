package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The contract as a service runs it that is in a container itself. Only {@link DockerInDockerTest}
 * starts it; the property {@code iso.channel} says which channel must be found.
 */
class ContainedContract extends DockerContract {

  @Override
  DockerRuntime.Builder builder() {
    return TestEngine.runtime();
  }

  @Test
  void theChannelIsTheExpectedOne() {
    assertEquals(System.getProperty("iso.channel"), run("pass").isolation().channel());
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
