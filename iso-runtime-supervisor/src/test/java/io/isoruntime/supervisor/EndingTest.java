package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.ScriptedBackend.GoodFacts;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import io.isoruntime.supervisor.tools.HeldTimers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end at moments that are told by name; RaceTest has all the others. */
@Timeout(300)
class EndingTest {
  @TempDir Path root;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  record None() {}

  private SupervisorConfig config() {
    return new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0);
  }

  private Runtime runtime(SandboxBackend backend) {
    return new SupervisedRuntime(backend, config());
  }

  private static ExecutionResult result(Execution execution) throws Exception {
    return execution.result().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Tells that it has come so far, and waits. */
  private void pause() {
    reached.countDown();
    await(goOn);
  }

  private ExecutionResult cancelAt(Script script) throws Exception {
    ScriptedBackend backend = new ScriptedBackend(script);
    try (Runtime runtime = runtime(backend)) {
      Execution execution = runtime.start(ExecutionRequest.python("pass").build());
      await(reached);
      execution.cancel();
      goOn.countDown();
      return result(execution);
    } finally {
      assertEquals(1, backend.created.get());
      assertEquals(1, backend.destroyed.get());
    }
  }

  /** Answers when it is told to. */
  private static final class SlowBackend implements SandboxBackend {
    final ScriptedBackend made = new ScriptedBackend(Init::hello);
    final CompletableFuture<Void> answer = new CompletableFuture<>();
    final CountDownLatch asked = new CountDownLatch(1);

    @Override
    public String name() {
      return "slow";
    }

    @Override
    public CompletionStage<Sandbox> create(SandboxSpec spec) {
      asked.countDown();
      return answer.thenCompose(now -> made.create(spec));
    }

    @Override
    public void close() {}
  }

  /** H7. */
  @Test
  void destroysASandboxThatIsMadeAfterTheCancelBeforeItGivesTheResult() throws Exception {
    SlowBackend backend = new SlowBackend();
    try (Runtime runtime = runtime(backend)) {
      Execution execution = runtime.start(ExecutionRequest.python("pass").build());
      await(backend.asked);
      execution.cancel();
      CompletableFuture<ExecutionResult> result = execution.result().toCompletableFuture();
      CompletableFuture<Integer> destroyedBefore =
          result.thenApply(value -> backend.made.destroyed.get());
      assertFalse(result.isDone());
      backend.answer.complete(null);
      assertEquals(new Outcome.Cancelled(), result(execution).outcome());
      assertEquals(1, destroyedBefore.get());
    }
  }

  /** H7. */
  @Test
  void neverRunsAProgramThatIsCancelledBetweenCreateAndStart() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    ExecutionResult result =
        cancelAt(
            init -> {
              init.hello();
              pause();
              init.send(FrameType.ATTEST, GoodFacts.JSON);
              init.await(FrameType.RUN);
              ran.set(true);
            });
    assertEquals(new Outcome.Cancelled(), result.outcome());
    assertFalse(ran.get());
  }

  /** H7. */
  @Test
  void letsTheOutcomeStandAndKeepsTheFilesWhenItIsCancelledDuringCollection() throws Exception {
    ExecutionResult result =
        cancelAt(
            init -> {
              init.start();
              init.exit();
              init.send(FrameType.EMPTY, "{}");
              init.send(FrameType.FILE, "{\"path\":\"a\",\"size\":2}");
              pause();
              init.send(FrameType.FILE_DATA, "ab");
              init.done();
            });
    assertEquals(new Outcome.Completed(), result.outcome());
    assertEquals(1, result.artifacts().size());
    assertEquals(List.of(), result.notes());
  }

  private static void call(Init init, int id) throws IOException {
    init.send(FrameType.CALL, "{\"id\":" + id + ",\"tool\":\"tool\",\"args\":{}}");
  }

  private static void killed(Init init) throws IOException {
    init.send(FrameType.EXITED, "{\"code\":null,\"signal\":9,\"deadline\":false}");
    init.collected();
  }

  /** T14. */
  @Test
  void cancelsACallInFlightAtTheTimeoutBeforeItGivesTheResult() throws Exception {
    AtomicBoolean interrupted = new AtomicBoolean();
    AtomicBoolean effect = new AtomicBoolean();
    Tool<None, Integer> tool =
        Tool.of(
            "tool",
            None.class,
            Integer.class,
            none -> {
              reached.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
              }
              effect.set(true);
              return 1;
            });
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.start();
              call(init, 1);
              init.await(FrameType.KILL);
              killed(init);
            });
    HeldTimers timers = new HeldTimers();
    Threads threads =
        new Threads(Executors.newCachedThreadPool(), Executors.newCachedThreadPool(), timers);
    try (Runtime runtime = new SupervisedRuntime(backend, config(), threads)) {
      Execution execution =
          runtime.start(
              ExecutionRequest.python("pass")
                  .tools(ToolRegistry.of(tool))
                  .timeout(HeldTimers.HELD)
                  .build());
      await(reached);
      timers.fire();
      ExecutionResult result = result(execution);
      boolean told = interrupted.get();
      goOn.countDown();
      assertEquals("timed_out", result.outcome().status());
      assertTrue(told, "the call was not ended before the result");
      assertEquals(
          List.of(ToolCallStatus.CANCELLED),
          result.toolCalls().stream().map(ToolCall::status).toList());
    }
    assertFalse(effect.get());
  }

  @Test
  void givesTheResultThoughAToolIgnoresItsInterrupt() throws Exception {
    Tool<None, Integer> stubborn =
        Tool.of(
            "tool",
            None.class,
            Integer.class,
            none -> {
              reached.countDown();
              while (goOn.getCount() > 0) {
                try {
                  goOn.await();
                } catch (InterruptedException e) {
                  // That is what is stubborn about it.
                }
              }
              return 1;
            });
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.start();
              call(init, 1);
              init.await(FrameType.KILL);
              killed(init);
            });
    try (Runtime runtime = runtime(backend)) {
      Execution execution =
          runtime.start(ExecutionRequest.python("pass").tools(ToolRegistry.of(stubborn)).build());
      await(reached);
      execution.cancel();
      ExecutionResult result = result(execution);
      assertEquals(1, goOn.getCount(), "the tool was waited for");
      goOn.countDown();
      assertEquals(
          List.of(ToolCallStatus.ABANDONED),
          result.toolCalls().stream().map(ToolCall::status).toList());
    }
  }

  /** T19. */
  @Test
  void neverRunsACallThatComesAfterTheOutcome() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    Tool<None, Integer> tool =
        Tool.of(
            "tool",
            None.class,
            Integer.class,
            none -> {
              ran.set(true);
              return 1;
            });
    ScriptedBackend backend =
        new ScriptedBackend(
            init -> {
              init.start();
              reached.countDown();
              init.await(FrameType.KILL);
              call(init, 1);
              killed(init);
            });
    try (Runtime runtime = runtime(backend)) {
      Execution execution =
          runtime.start(ExecutionRequest.python("pass").tools(ToolRegistry.of(tool)).build());
      await(reached);
      execution.cancel();
      ExecutionResult result = result(execution);
      assertEquals(new Outcome.Cancelled(), result.outcome());
      assertEquals(List.of(), result.toolCalls());
    }
    assertFalse(ran.get());
  }
}
