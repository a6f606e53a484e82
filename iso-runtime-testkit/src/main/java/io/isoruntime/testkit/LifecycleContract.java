package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Events, cancelling, closing, and who may use a workspace when. */
public interface LifecycleContract extends ContractSubject {

  @Test
  default void eventsArriveWhileTheProgramRuns() throws Exception {
    BlockingTool ready = FakeTools.blocking("ready");
    BlockingTool seen = FakeTools.blocking("seen");
    Execution execution =
        start(
            """
            import sys, tools
            tools.ready()
            print("alive", flush=True)
            print("warning", file=sys.stderr, flush=True)
            tools.seen()
            """,
            ready.tool(),
            seen.tool());
    EventLog log = EventLog.of(execution);
    ready.release();

    log.awaitOutput("alive\n");
    log.awaitOutput("warning\n");
    assertFalse(execution.result().toCompletableFuture().isDone());
    seen.release();

    List<ExecutionEvent> events = log.awaitEnd();
    assertInstanceOf(ExecutionEvent.Started.class, events.get(0));
    ExecutionEvent last = events.get(events.size() - 1);
    ExecutionResult result = resultOf(execution);
    assertSame(result, assertInstanceOf(ExecutionEvent.Finished.class, last).result());
    Expect.printed("alive\n", result);
    List<String> tools =
        events.stream()
            .filter(ExecutionEvent.ToolEnded.class::isInstance)
            .map(event -> ((ExecutionEvent.ToolEnded) event).tool())
            .toList();
    assertEquals(List.of("ready", "seen"), tools);
  }

  @Test
  default void aSlowSubscriberLosesEventsAndSlowsNothing() throws Exception {
    BlockingTool ready = FakeTools.blocking("ready");
    Execution execution =
        start(
            """
            import tools
            tools.ready()
            for _ in range(20_000):
                print("x" * 1_000, flush=True)
            """,
            ready.tool());
    EventLog slow = EventLog.slow(execution, 1);
    ready.release();

    ExecutionResult result = resultOf(execution);
    Expect.completed(result);
    assertEquals(20_020_000, result.stdout().totalBytes());
    slow.takeAll();

    List<ExecutionEvent> events = slow.awaitEnd();
    assertTrue(
        events.stream()
            .anyMatch(
                event -> event instanceof ExecutionEvent.Dropped dropped && dropped.count() > 0));
    assertInstanceOf(ExecutionEvent.Finished.class, events.get(events.size() - 1));
  }

  @Test
  default void anExecutionCanBeCancelled() throws Exception {
    BlockingTool running = FakeTools.blocking("running");
    Execution execution = start("import tools\ntools.running()\nwhile True: pass", running.tool());
    running.awaitEntered();

    execution.cancel();
    execution.cancel();

    Expect.outcome(Outcome.Cancelled.class, resultOf(execution));
    running.awaitInterrupted();
  }

  @Test
  default void anExecutionCanBeCancelledBeforeItsSandboxIsThere() throws Exception {
    Execution execution = start("while True: pass");

    execution.cancel();

    Expect.outcome(Outcome.Cancelled.class, resultOf(execution));
  }

  @Test
  default void cancellingWhatHasEndedChangesNothing() throws Exception {
    Execution execution = start("print('done')");
    ExecutionResult result = resultOf(execution);

    execution.cancel();

    Expect.printed("done\n", result);
    assertSame(result, resultOf(execution));
  }

  @Test
  default void anInterruptOfTheCallerCancelsItsExecution() {
    Thread caller = Thread.currentThread();
    Tool<?, ?> interrupt =
        Tool.of(
            "interrupt",
            NoArguments.class,
            Boolean.class,
            none -> {
              caller.interrupt();
              return true;
            });

    ExecutionResult result =
        run("import tools\ntools.interrupt()\nwhile True: pass", ToolRegistry.of(interrupt));

    assertTrue(Thread.interrupted());
    Expect.outcome(Outcome.Cancelled.class, result);
  }

  @Test
  default void closingTheRuntimeCancelsWhatRunsAndRefusesWhatComes() throws Exception {
    BlockingTool running = FakeTools.blocking("running");
    Runtime runtime = open(SandboxProfile.defaults());
    Execution execution;
    Workspace workspace;
    try (runtime) {
      workspace = runtime.openWorkspace(temporaryDirectory());
      execution =
          runtime.start(
              ExecutionRequest.python("import tools\ntools.running()")
                  .in(workspace)
                  .tools(ToolRegistry.of(running.tool()))
                  .build());
      running.awaitEntered();
    }

    assertTrue(execution.result().toCompletableFuture().isDone());
    Expect.outcome(Outcome.Cancelled.class, resultOf(execution));
    runtime.close();
    Expect.code(
        ErrorCode.RUNTIME_CLOSED, () -> runtime.start(ExecutionRequest.python("x").build()));
    Expect.code(ErrorCode.RUNTIME_CLOSED, runtime::openWorkspace);
  }

  @Test
  default void aWorkspaceServesOneExecutionAtATime() throws Exception {
    BlockingTool running = FakeTools.blocking("running");
    Workspace workspace = workspace();
    Execution first =
        shared()
            .start(
                ExecutionRequest.python("import tools\nprint(tools.running())")
                    .in(workspace)
                    .tools(ToolRegistry.of(running.tool()))
                    .build());
    running.awaitEntered();
    ExecutionRequest second = ExecutionRequest.python("print('second')").in(workspace).build();

    Expect.code(ErrorCode.WORKSPACE_BUSY, () -> shared().start(second));
    Expect.code(ErrorCode.WORKSPACE_BUSY, workspace::delete);
    Expect.code(ErrorCode.WORKSPACE_BUSY, () -> shared().openWorkspace(workspace.directory()));
    running.release();

    Expect.printed("released\n", resultOf(first));
    Expect.printed("second\n", shared().execute(second));
  }

  @Test
  default void aClosedOrForeignWorkspaceIsRefused() {
    Workspace closed = workspace();
    closed.put("a.csv", new byte[] {1});
    closed.close();
    closed.close();

    assertTrue(Files.exists(closed.directory().resolve("in/a.csv")));
    assertThrows(
        IsoException.class, () -> shared().start(ExecutionRequest.python("x").in(closed).build()));
    try (Runtime other = open(SandboxProfile.defaults())) {
      Workspace foreign = other.openWorkspace(temporaryDirectory());
      assertThrows(
          IsoException.class,
          () -> shared().start(ExecutionRequest.python("x").in(foreign).build()));
    }
  }

  @Test
  default void aWorkspaceMayBeReopenedWithWhatItHolds() throws Exception {
    Path directory = temporaryDirectory().resolve("job-1");
    try (Workspace workspace = shared().openWorkspace(directory)) {
      workspace.put("a.csv", "1".getBytes(StandardCharsets.UTF_8));
      Expect.completed(
          shared()
              .execute(
                  ExecutionRequest.python("open('b.csv', 'w').write('2')").in(workspace).build()));
    }

    Workspace again = shared().openWorkspace(directory);

    assertEquals("job-1", again.id());
    assertEquals(List.of("a.csv"), again.inputs());
    ExecutionResult result =
        shared()
            .execute(
                ExecutionRequest.python("print(open('a.csv').read(), open('b.csv').read())")
                    .in(again)
                    .build());
    Expect.printed("1 2\n", result);
    again.delete();
    assertFalse(Files.exists(directory));
  }

  @Test
  default void withoutAWorkspaceThereIsAFreshOneThatIsKept() throws Exception {
    ExecutionRequest request = ExecutionRequest.python("open('a.txt', 'w').write('a')").build();

    ExecutionResult one = shared().execute(request);
    ExecutionResult two = shared().execute(request);

    assertEquals("a", Expect.content(one, "a.txt"));
    assertNotEquals(one.workspace(), two.workspace());
    TreeRemoval.remove(one.workspace());
    TreeRemoval.remove(two.workspace());
  }

  @Test
  default void manyExecutionsAtOnceKeepToThemselves() throws Exception {
    int count = 12;
    List<Execution> executions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      executions.add(start("open('n.txt', 'w').write('" + i + "')\nprint(" + i + ")"));
    }

    for (int i = 0; i < count; i++) {
      ExecutionResult result = resultOf(executions.get(i));
      Expect.printed(i + "\n", result);
      assertEquals(String.valueOf(i), Expect.content(result, "n.txt"));
    }
    assertEquals(count, executions.stream().map(Execution::id).distinct().count());
  }

  @Test
  default void theProfileIsTheOneThatWasAskedFor() {
    SandboxProfile profile = SandboxProfile.builder().openFiles(99).processes(20).build();

    ExecutionResult result =
        run(
            profile,
            ExecutionRequest.python(
                "import resource\nprint(resource.getrlimit(resource.RLIMIT_NOFILE))"));

    assertEquals(profile.openFiles(), shared(profile).profile().openFiles());
    assertEquals(profile.processes(), shared(profile).profile().processes());
    Expect.printed("(99, 99)\n", result);
    assertEquals(java.util.Optional.<Limit>empty(), result.limit());
  }

  private Execution start(String code, Tool<?, ?>... tools) {
    return shared()
        .start(ExecutionRequest.python(code).in(workspace()).tools(ToolRegistry.of(tools)).build());
  }

  private static ExecutionResult resultOf(Execution execution) throws Exception {
    return execution.result().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
