package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Consumption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** H5 on real threads, which stop at any instruction; RaceTest has what can be played again. */
@Timeout(300)
class RealRaceTest {
  private static final int BATCH = 20;

  @TempDir Path root;

  private final ExecutorService racers = Executors.newCachedThreadPool();
  private final Set<String> outcomes = new HashSet<>();
  private volatile Round round;
  private final ScriptedBackend backend = new ScriptedBackend(init -> round.play(init));

  @AfterEach
  void shutDown() {
    racers.shutdownNow();
  }

  record None() {}

  /** Who takes part: completion and timeout always, the others by the bits of the number. */
  private final class Round {
    private final int number;
    private final boolean cancels;
    private final boolean loses;
    private final boolean exceeds;
    private final boolean closes;
    private final CyclicBarrier barrier;
    private final List<Future<?>> taking = new ArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicBoolean late = new AtomicBoolean();

    Round(int number) {
      this.number = number;
      cancels = (number & 1) != 0;
      loses = (number & 2) != 0;
      exceeds = (number & 4) != 0;
      closes = number % BATCH == BATCH - 1;
      barrier = new CyclicBarrier(1 + (cancels ? 1 : 0) + (exceeds ? 1 : 0) + (closes ? 1 : 0));
    }

    private void meet() {
      try {
        barrier.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
        throw new IllegalStateException("the others did not come", e);
      }
    }

    void play(Init init) throws IOException {
      init.start();
      init.send(FrameType.CALL, "{\"id\":1,\"tool\":\"touch\",\"args\":{}}");
      meet();
      if (loses) {
        return;
      }
      init.end();
    }

    private void race(boolean takesPart, Runnable what) {
      if (takesPart) {
        taking.add(
            racers.submit(
                () -> {
                  meet();
                  what.run();
                }));
      }
    }

    void run(SupervisedRuntime runtime, Workspace workspace) throws Exception {
      backend.consumption = Consumption.UNKNOWN;
      Tool<None, Void> touch =
          Tool.of(
              "touch",
              None.class,
              Void.class,
              none -> {
                late.compareAndSet(false, over.get());
                return null;
              });
      Execution execution =
          runtime.start(
              ExecutionRequest.python("pass")
                  .in(workspace)
                  .tools(ToolRegistry.of(touch))
                  .timeout(Duration.ofMillis(1 + number % 3))
                  .build());
      race(cancels, execution::cancel);
      race(
          exceeds,
          () ->
              backend.consumption = new Consumption(Optional.empty(), OptionalLong.empty(), 1, 0));
      race(closes, runtime::close);
      EventCollector collector = new EventCollector();
      execution.events().subscribe(collector);
      ExecutionResult result = execution.result().toCompletableFuture().get(20, TimeUnit.SECONDS);
      over.set(true);
      for (Future<?> racer : taking) {
        racer.get(20, TimeUnit.SECONDS);
      }
      check(result, workspace);
      collector.awaitCompletion();
      List<ExecutionEvent> events = collector.events();
      ExecutionEvent last = events.get(events.size() - 1);
      assertSame(result, ((ExecutionEvent.Finished) last).result());
    }

    private void check(ExecutionResult result, Workspace workspace) throws IOException {
      Set<String> legal = new HashSet<>(RaceEvent.outcomes(Set.of(RaceEvent.TIMEOUT)));
      legal.addAll(
          RaceEvent.outcomes(Set.of(loses ? RaceEvent.CHANNEL_LOSS : RaceEvent.COMPLETION)));
      if (cancels || closes) {
        legal.addAll(RaceEvent.outcomes(Set.of(RaceEvent.CANCEL)));
      }
      if (exceeds) {
        legal.addAll(RaceEvent.outcomes(Set.of(RaceEvent.MEMORY)));
      }
      String outcome = RaceEvent.label(result.outcome());
      assertTrue(legal.contains(outcome), () -> outcome + " in round " + number);
      outcomes.add(outcome);
      assertFalse(late.get(), "a tool ran after the decision");
      assertEquals(backend.created.get(), backend.destroyed.get(), "the sandbox is left");
      var record =
          Json.parseObject(Files.readAllBytes(workspace.directory().resolve("out/execution.json")));
      assertEquals(result.outcome().status(), record.get("status").textValue());
    }
  }

  @Test
  void endsInOneOutcomeAndLeavesNothing() throws Exception {
    int batches = (Boolean.getBoolean("iso.soak") ? 10_000 : 1_000) / BATCH;
    batch(0); // what is loaded once is no leak
    int descriptors = descriptors();
    for (int batch = 1; batch <= batches; batch++) {
      batch(batch);
    }
    assertEquals(
        RaceEvent.outcomes(
            Set.of(
                RaceEvent.COMPLETION,
                RaceEvent.TIMEOUT,
                RaceEvent.CANCEL,
                RaceEvent.CHANNEL_LOSS,
                RaceEvent.MEMORY)),
        outcomes,
        "somebody never won");
    assertTrue(descriptors() <= descriptors, "descriptors are left");
  }

  private void batch(int batch) throws Exception {
    SupervisedRuntime runtime =
        new SupervisedRuntime(
            backend,
            new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0));
    Workspace workspace = runtime.openWorkspace(root.resolve("w" + batch));
    for (int number = 0; number < BATCH; number++) {
      round = new Round(number);
      round.run(runtime, workspace);
    }
    runtime.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("iso-")) {
        thread.join(5_000); // they were told to end, and do so a moment later
        assertFalse(thread.isAlive(), () -> thread + " is left");
      }
    }
  }

  /** Those of class files are opened at any time, and stay. */
  private static int descriptors() throws IOException {
    int count = 0;
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : (Iterable<Path>) open::iterator) {
        count += isOfClasses(descriptor) ? 0 : 1;
      }
    }
    return count;
  }

  private static boolean isOfClasses(Path descriptor) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      return target.endsWith(".jar") || target.endsWith("/modules");
    } catch (IOException e) {
      return true; // the one with which the directory was read
    }
  }
}
