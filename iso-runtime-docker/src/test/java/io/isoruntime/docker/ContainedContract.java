package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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
