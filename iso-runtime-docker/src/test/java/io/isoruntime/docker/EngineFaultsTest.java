package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What becomes of executions when their engine stops, restarts or loses things, beside the corpus.
 */
@Timeout(300)
@Tag("engines")
class EngineFaultsTest {
  private static final String WAITING =
      "import time\nprint('ready', flush=True)\ntime.sleep(100)\n";

  @TempDir static Path directory;
  private static PrivateEngine engine;

  @BeforeAll
  static void startEngine() throws Exception {
    TestEngine.require();
    if (System.getenv("ISO_MUST_WORK") == null) {
      assumeTrue("root".equals(System.getProperty("user.name")), "an engine is started by root");
    }
    engine = PrivateEngine.start(directory);
  }

  @AfterAll
  static void stopEngine() throws Exception {
    if (engine != null) {
      engine.close();
    }
  }

  private static Execution started(Runtime runtime, String program, ExecutionLimits limits)
      throws InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    Execution execution = runtime.start(ExecutionRequest.python(program).limits(limits).build());
    execution
        .events()
        .subscribe(
            new Flow.Subscriber<ExecutionEvent>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
              }

              @Override
              public void onNext(ExecutionEvent event) {
                if (event instanceof ExecutionEvent.Output output
                    && output.text().contains("ready")) {
                  ready.countDown();
                }
              }

              @Override
              public void onError(Throwable error) {}

              @Override
              public void onComplete() {}
            });
    assertTrue(ready.await(30, TimeUnit.SECONDS), "the program did not start");
    return execution;
  }

  private static void assertWorksAgain(Runtime runtime) {
    ExecutionResult next = runtime.execute(ExecutionRequest.python("print('works')").build());
    assertInstanceOf(Outcome.Completed.class, next.outcome(), next::toString);
  }

  private static void assertNothingIsLeft() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    try (Engine client = engine.client()) {
      while (!client.labelled(Owner.INSTANCE).isEmpty()) {
        assertTrue(System.nanoTime() < until, () -> "left: " + client.labelled(Owner.INSTANCE));
        Thread.sleep(50);
      }
    }
  }

  @Test
  void aStoppedEngineLetsATimeoutBeOnTime() throws Exception {
    try (Runtime runtime = engine.runtime().channel(DockerChannel.UNIX_SOCKET).build()) {
      ExecutionLimits limits = ExecutionLimits.builder().wallTime(Duration.ofSeconds(3)).build();
      Execution execution = started(runtime, WAITING, limits);
      engine.freeze();
      ExecutionResult result;
      try {
        result = execution.result().toCompletableFuture().get(40, TimeUnit.SECONDS);
      } finally {
        engine.thaw();
      }
      assertInstanceOf(Outcome.TimedOut.class, result.outcome(), result::toString);
      assertWorksAgain(runtime);
    }
    assertNothingIsLeft();
  }

  @Test
  void aRestartedEngineIsNeverACompletionOverASocketEither() throws Exception {
    try (Runtime runtime = engine.runtime().channel(DockerChannel.UNIX_SOCKET).build()) {
      Execution execution = started(runtime, WAITING, ExecutionLimits.defaults());
      engine.restart();
      ExecutionResult result = execution.result().toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertInstanceOf(Outcome.InfrastructureFailed.class, result.outcome(), result::toString);
      assertWorksAgain(runtime);
    }
    assertNothingIsLeft();
  }

  @Test
  void anImageThatIsRemovedMeanwhileIsNamed() throws Exception {
    String image = "iso-test-passing:latest";
    PrivateEngine.run("docker", "-H", engine.address(), "tag", TestEngine.IMAGE, image);
    try (Runtime runtime = engine.runtime().image(image).channel(DockerChannel.ATTACHED).build()) {
      assertWorksAgain(runtime);
      PrivateEngine.run("docker", "-H", engine.address(), "rmi", image);
      ExecutionResult result = runtime.execute(ExecutionRequest.python("pass").build());
      Outcome.InfrastructureFailed failed =
          assertInstanceOf(Outcome.InfrastructureFailed.class, result.outcome(), result::toString);
      assertEquals(ErrorCode.IMAGE_MISSING, failed.problem().code());
      PrivateEngine.run("docker", "-H", engine.address(), "tag", TestEngine.IMAGE, image);
      assertWorksAgain(runtime);
    }
    assertNothingIsLeft();
  }

  @Test
  void containersOfDeadOwnersAreSweptAndThoseOfLiveOnesAreNot() throws Exception {
    try (Engine client = engine.client()) {
      Owner self = Owner.current(java.util.Optional.empty());
      long now = System.currentTimeMillis() / 1000;
      Owner dead = new Owner("dead", "iso-1-1-", self.scope(), self.container());
      Owner elsewhere = new Owner("far", "iso-1-1-", "another boot", self.container());
      Owner sibling = new Owner("sibling", self.process(), self.scope(), self.container());
      String ofDead = container(client, dead, now + 1000);
      String late = container(client, elsewhere, now - 1);
      String unknown = container(client, elsewhere, now + 1000);
      String alive = container(client, sibling, now - 1);

      Orphans.sweep(client, self);

      assertTrue(client.find(ofDead).isEmpty(), "its owner is dead");
      assertTrue(client.find(late).isEmpty(), "nobody knows its owner, and its deadline passed");
      assertTrue(client.find(unknown).isPresent(), "its owner may live");
      assertTrue(client.find(alive).isPresent(), "its owner lives");
      client.remove(unknown);
      client.remove(alive);
    }
  }

  private static String container(Engine client, Owner owner, long deadline) {
    return client
        .create(
            TestEngine.IMAGE,
            java.util.Optional.empty(),
            new com.github.dockerjava.api.model.HostConfig().withNetworkMode("none"),
            owner.labels("test", deadline),
            java.util.List.of())
        .orElseThrow()
        .id();
  }

  @Test
  void aWrongEngineIsNamedWithItsRemedy() {
    IsoException none =
        assertThrows(
            IsoException.class,
            () -> TestEngine.runtime().engine("unix:///nonexistent/docker.sock").build());
    assertEquals(ErrorCode.ENGINE_UNREACHABLE, none.problem().code());
    assertTrue(none.problem().remedy().contains("DOCKER_HOST"), none.problem()::toString);
    IsoException closed =
        assertThrows(
            IsoException.class, () -> TestEngine.runtime().engine("tcp://127.0.0.1:9").build());
    assertEquals(ErrorCode.ENGINE_UNREACHABLE, closed.problem().code());
  }
}
