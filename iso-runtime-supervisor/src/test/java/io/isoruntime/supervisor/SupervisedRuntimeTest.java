package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What belongs to the runtime and not to one execution. */
@Timeout(300)
class SupervisedRuntimeTest {
  @TempDir Path root;

  private static void completes(Init init) throws IOException {
    init.start();
    init.end();
  }

  private SupervisorConfig config() {
    return new SupervisorConfig(SandboxProfile.defaults(), Set.of(), root, Optional.empty(), 0);
  }

  /** As a JVM does that can't make one more thread. */
  private static final class Exhausted extends ThreadPoolExecutor {
    volatile boolean exhausted = true;

    Exhausted() {
      super(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
    }

    @Override
    public void execute(Runnable task) {
      if (exhausted) {
        throw new OutOfMemoryError("unable to create native thread");
      }
      super.execute(task);
    }
  }

  @Test
  void keepsNoWorkspaceBusyWhenTheHostHasNoThreadToGive() {
    Exhausted work = new Exhausted();
    Threads threads =
        new Threads(
            work, Executors.newCachedThreadPool(), Executors.newSingleThreadScheduledExecutor());
    ScriptedBackend backend = new ScriptedBackend(SupervisedRuntimeTest::completes);
    try (SupervisedRuntime runtime = new SupervisedRuntime(backend, config(), threads);
        Workspace workspace = runtime.openWorkspace()) {
      ExecutionRequest request = ExecutionRequest.python("pass").in(workspace).build();
      assertThrows(OutOfMemoryError.class, () -> runtime.start(request));
      work.exhausted = false;
      assertEquals(new Outcome.Completed(), runtime.execute(request).outcome());
    }
  }

  /** One outcome or a refusal, and no sandbox afterwards, whichever of the two comes first. */
  @Test
  void startsOrRefusesWhenItIsClosedAtTheSameTime() {
    int refused = 0;
    for (int seed = 0; seed < 100; seed++) {
      Schedule schedule = new Schedule(seed);
      VirtualTimers timers = new VirtualTimers(schedule, 0, 0, TimeUnit.SECONDS.toNanos(20));
      SteppedBackend backend =
          new SteppedBackend(schedule, number -> SupervisedRuntimeTest::completes);
      SupervisedRuntime runtime =
          new SupervisedRuntime(backend, config(), ScheduledThreads.of(schedule, timers));
      List<Object> ends = new ArrayList<>();
      schedule.spawn(
          "start",
          () -> {
            Schedule.step("is about to start");
            try {
              var result = runtime.start(ExecutionRequest.python("pass").build()).result();
              Schedule.await("waits for the result", result.toCompletableFuture()::isDone);
              ends.add(result.toCompletableFuture().join());
            } catch (IsoException e) {
              ends.add(e);
            }
          });
      for (int closer = 0; closer < 2; closer++) {
        schedule.spawn(
            "close",
            () -> {
              runtime.close();
              if (!timers.isShutdown()) {
                throw new AssertionError("close returned before all was gone");
              }
            });
      }
      schedule.run();
      assertTrue(backend.sandboxes.stream().allMatch(sandbox -> sandbox.isProvenGone()));
      assertEquals(1, ends.size());
      if (ends.get(0) instanceof IsoException refusal) {
        assertEquals(ErrorCode.RUNTIME_CLOSED, refusal.problem().code());
        refused++;
      } else {
        Outcome outcome = assertInstanceOf(ExecutionResult.class, ends.get(0)).outcome();
        assertTrue(outcome instanceof Outcome.Cancelled || outcome instanceof Outcome.Completed);
      }
    }
    assertFalse(refused == 0 || refused == 100, "one of the two always won");
  }
}
