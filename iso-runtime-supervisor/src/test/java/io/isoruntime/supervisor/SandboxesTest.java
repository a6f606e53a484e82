package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.ScriptedBackend.GoodFacts;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.spi.Sandbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that are made ahead. */
@Timeout(300)
class SandboxesTest {
  private static final ExecutionRequest PASS = ExecutionRequest.python("pass").build();

  @TempDir Path root;

  private SupervisorConfig config(SandboxProfile profile, int warm) {
    return new SupervisorConfig(profile, Set.of(), root, Optional.empty(), warm);
  }

  private SupervisedRuntime runtime(ScriptedBackend backend, int warm) {
    return new SupervisedRuntime(backend, config(SandboxProfile.defaults(), warm));
  }

  private static void good(Init init) throws IOException {
    init.start();
    init.end();
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, what);
      Thread.sleep(1); // what a pool does in the background has no event
    }
  }

  /** Gives what has attested, so that a test can wait for it. */
  private static Script counting(AtomicInteger ready, Script then) {
    return init -> {
      init.hello();
      init.send(FrameType.ATTEST, GoodFacts.JSON);
      ready.incrementAndGet();
      then.play(init);
    };
  }

  private static void running(Init init) throws IOException {
    init.await(FrameType.RUN);
    init.send(FrameType.STARTED, "");
    init.end();
  }

  @Test
  void keepsSoManyReadyAndMakesNewOnesForThoseThatWereTaken() throws Exception {
    AtomicInteger ready = new AtomicInteger();
    ScriptedBackend backend = new ScriptedBackend(counting(ready, SandboxesTest::running));
    try (SupervisedRuntime runtime = runtime(backend, 2)) {
      await("two are made", () -> ready.get() == 2);
      assertEquals(new Outcome.Completed(), runtime.execute(PASS).outcome());
      await("a third is made", () -> ready.get() == 3);
      assertEquals(3, backend.created.get());
    }
    assertEquals(3, backend.destroyed.get());
  }

  @Test
  void givesNoSandboxToTwoPrograms() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.start();
              runs.incrementAndGet();
              init.end();
            });
    int executions = 40;
    try (SupervisedRuntime runtime = runtime(backend, 3)) {
      var all =
          IntStream.range(0, executions)
              .mapToObj(i -> runtime.start(PASS).result().toCompletableFuture())
              .toList();
      for (var one : all) {
        assertEquals(new Outcome.Completed(), one.get(20, TimeUnit.SECONDS).outcome());
      }
    }
    assertEquals(executions, runs.get());
    assertTrue(backend.created.get() >= executions);
    assertEquals(backend.created.get(), backend.destroyed.get());
  }

  @Test
  void makesOneOnDemandWhereNoneIsReady() {
    ScriptedBackend backend = new ScriptedBackend(SandboxesTest::good);
    try (SupervisedRuntime runtime = runtime(backend, 0)) {
      assertEquals(new Outcome.Completed(), runtime.execute(PASS).outcome());
      assertEquals(1, backend.created.get());
    }
  }

  @Test
  void aSandboxThatDiedWhileItWaitedIsReplaced() throws Exception {
    AtomicInteger played = new AtomicInteger();
    AtomicInteger ready = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend(
            counting(
                ready,
                init -> {
                  if (played.getAndIncrement() > 0) {
                    running(init);
                  } // else it ends unheard
                }));
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      await("one is dead", () -> backend.hungUp.get() == 1);
      assertEquals(new Outcome.Completed(), runtime.execute(PASS).outcome());
    }
    assertEquals(backend.created.get(), backend.destroyed.get());
  }

  /** Init may have died between the program's begin and telling of it. */
  @Test
  void aProgramThatMayHaveStartedIsNotRunAgain() throws Exception {
    runsOnce(init -> {});
  }

  /** What may have been done once must not be done twice. */
  @Test
  void aProgramThatHasStartedIsNotRunAgain() throws Exception {
    runsOnce(init -> init.send(FrameType.STARTED, ""));
  }

  /** Whatever init does after the order to run, before it dies. */
  private void runsOnce(Script dying) throws Exception {
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger ready = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend(
            counting(
                ready,
                init -> {
                  init.await(FrameType.RUN);
                  dying.play(init);
                  runs.incrementAndGet();
                }));
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      await("one is made", () -> ready.get() == 1);
      Outcome.InfrastructureFailed failed =
          assertInstanceOf(Outcome.InfrastructureFailed.class, runtime.execute(PASS).outcome());
      assertEquals(ErrorCode.CHANNEL_LOST, failed.problem().code());
      assertEquals(1, runs.get());
    }
  }

  @Test
  void keepsNoneReadyWhereDirectoriesAreMounted() throws Exception {
    ScriptedBackend backend = new ScriptedBackend(SandboxesTest::good);
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(root, "/mnt/data")).build();
    try (SupervisedRuntime runtime = new SupervisedRuntime(backend, config(profile, 2))) {
      runtime.execute(PASS);
      assertEquals(1, backend.created.get());
    }
  }

  @Test
  void keepsNoneThatLacksAControl() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.hello();
              init.send(
                  FrameType.ATTEST,
                  GoodFacts.JSON.replace("\"noNewPrivs\":1,\"secc", "\"noNewPrivs\":0,\"secc"));
              init.await(FrameType.RUN);
              ran.set(true);
            });
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      await("it is destroyed", () -> backend.destroyed.get() == 1);
      ExecutionResult result = runtime.execute(PASS);
      Outcome.Refused refused = assertInstanceOf(Outcome.Refused.class, result.outcome());
      assertEquals(ErrorCode.ISOLATION_INCOMPLETE, refused.problem().code());
      assertFalse(result.isolation().controls().isEmpty());
    }
    assertEquals(backend.created.get(), backend.destroyed.get());
    assertFalse(ran.get());
  }

  /** A pool by itself, which a test looks into. */
  private interface Look {
    void at(Sandboxes sandboxes) throws Exception;
  }

  private void pool(ScriptedBackend backend, Look look) throws Exception {
    pool(backend, new Threads(), look);
  }

  private void pool(ScriptedBackend backend, Threads threads, Look look) throws Exception {
    Sandboxes sandboxes =
        new Sandboxes(backend, config(SandboxProfile.defaults(), 1), threads, () -> "ahead");
    try (threads) {
      sandboxes.open();
      look.at(sandboxes);
      sandboxes.close();
    }
    assertEquals(backend.created.get(), backend.destroyed.get());
  }

  /** H18. */
  @Test
  void givesNoneWhoseLimitsWereChangedWhileItWaited() throws Exception {
    ScriptedBackend backend =
        new ScriptedBackend(counting(new AtomicInteger(), SandboxesTest::running));
    pool(
        backend,
        sandboxes -> {
          await("one is ready", () -> sandboxes.waiting() == 1);
          Preparation fit = sandboxes.take("first", ExecutionLimits.defaults());
          assertTrue(fit.isAhead());
          await("another one is ready", () -> sandboxes.waiting() == 1);
          backend.hostFacts = GoodFacts.host(1L << 40);
          Preparation other = sandboxes.take("second", ExecutionLimits.defaults());
          assertFalse(other.isAhead());
          await("the changed one is gone", () -> backend.destroyed.get() == 1);
          sandboxes.discard(fit);
          sandboxes.discard(other);
        });
  }

  @Test
  @SuppressWarnings("NullAway") // the host's facts fail
  void givesNoneThatCannotBeLookedAt() throws Exception {
    ScriptedBackend backend =
        new ScriptedBackend(counting(new AtomicInteger(), SandboxesTest::running));
    pool(
        backend,
        sandboxes -> {
          await("one is ready", () -> sandboxes.waiting() == 1);
          backend.hostFacts = null;
          Preparation other = sandboxes.take("one", ExecutionLimits.defaults());
          assertFalse(other.isAhead());
          await("it is gone", () -> backend.destroyed.get() == 1);
          sandboxes.discard(other);
        });
  }

  /** What an execution gave up is no failure of the host, which would pause the pool. */
  @Test
  void goesOnWhenAnExecutionIsCancelledThatWaitsForOne() throws Exception {
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.hello();
              init.await(FrameType.BYE); // never attests
            });
    pool(
        backend,
        sandboxes -> {
          Preparation claimed = sandboxes.take("one", ExecutionLimits.defaults());
          assertTrue(claimed.isAhead());
          sandboxes.discard(claimed);
          await("it is gone", () -> backend.destroyed.get() == 1);
          sandboxes.refill();
          assertEquals(2, backend.created.get());
        });
  }

  /** Timers that ring a hundred times as soon. */
  private static final class FastTimers extends ScheduledThreadPoolExecutor {
    FastTimers() {
      super(1);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      return super.schedule(task, unit.toNanos(delay) / 100, TimeUnit.NANOSECONDS);
    }
  }

  @Test
  void aMakingThatNeverEndsDoesNotKeepItsPlace() throws Exception {
    ScriptedBackend backend = new ScriptedBackend(SandboxesTest::good);
    CompletableFuture<Sandbox> stalled = new CompletableFuture<>();
    backend.stalled = stalled;
    FastTimers timers = new FastTimers();
    Threads threads =
        new Threads(Executors.newCachedThreadPool(), Executors.newCachedThreadPool(), timers);
    pool(
        backend,
        threads,
        sandboxes -> {
          await("it is given up", () -> timers.getCompletedTaskCount() > 0);
          backend.stalled = null;
          Preparation other = sandboxes.take("one", ExecutionLimits.defaults());
          assertFalse(other.isAhead());
          sandboxes.discard(other);
          stalled.completeExceptionally(new IOException("late"));
        });
  }

  /** Its init lives, and tells of it only when the program is there. */
  @Test
  void aSandboxWhoseExecutorDiedIsReplaced() throws Exception {
    AtomicInteger played = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              boolean first = played.getAndIncrement() == 0;
              init.hello();
              init.send(FrameType.ATTEST, GoodFacts.JSON);
              if (first) {
                // What it came to is not the second one's.
                init.send(FrameType.STDOUT, "noise");
                init.send(FrameType.USAGE, "{\"outOfMemoryKills\":1}");
                init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
                init.await(FrameType.KILL);
                init.collected();
              } else {
                running(init);
              }
            });
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      await("one is made", () -> played.get() == 1);
      ExecutionResult result = runtime.execute(PASS);
      assertEquals(new Outcome.Completed(), result.outcome());
      assertEquals("", result.stdout().text());
    }
    assertEquals(backend.created.get(), backend.destroyed.get());
  }

  @Test
  void aFailureToMakeOneAheadIsNotTriedOverAndOver() throws Exception {
    ScriptedBackend backend = new ScriptedBackend(init -> {});
    try (SupervisedRuntime runtime = runtime(backend, 4)) {
      await("it is destroyed", () -> backend.destroyed.get() == 1);
      Thread.sleep(200); // in which nothing must happen
      assertEquals(1, backend.created.get());
    }
  }

  /** Also when it happens while the runtime is being made. */
  @Test
  void aBackEndThatThrowsIsOneThatFails() throws Exception {
    ScriptedBackend backend = new ScriptedBackend(SandboxesTest::good);
    backend.refusing = true;
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      assertInstanceOf(Outcome.InfrastructureFailed.class, runtime.execute(PASS).outcome());
      backend.refusing = false;
      assertEquals(new Outcome.Completed(), runtime.execute(PASS).outcome());
    }
    assertEquals(backend.created.get(), backend.destroyed.get());
  }

  @Test
  void aLongProgramGetsASandboxOfItsOwn() throws Exception {
    AtomicInteger ready = new AtomicInteger();
    ScriptedBackend backend = new ScriptedBackend(counting(ready, SandboxesTest::running));
    try (SupervisedRuntime runtime = runtime(backend, 1)) {
      await("one is made", () -> ready.get() == 1);
      runtime.execute(
          ExecutionRequest.python("pass")
              .limits(ExecutionLimits.builder().wallTime(Duration.ofHours(2)).build())
              .build());
      assertEquals(2, backend.created.get());
    }
  }

  @Test
  void closeDestroysThoseThatWaitAndThoseThatAreBeingMade() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    AtomicInteger played = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.hello();
              if (played.getAndIncrement() > 0) {
                asked.countDown();
                init.await(FrameType.BYE); // never attests
              }
              init.send(FrameType.ATTEST, GoodFacts.JSON);
              init.await(FrameType.RUN);
            });
    SupervisedRuntime runtime = runtime(backend, 2);
    assertTrue(asked.await(20, TimeUnit.SECONDS));
    runtime.close();
    assertEquals(2, backend.created.get());
    assertEquals(2, backend.destroyed.get());
  }
}
