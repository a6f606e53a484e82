package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FakeRuntimeTest {
  record Add(int a, int b) {}

  @TempDir Path root;
  private FakeRuntime runtime;

  @BeforeEach
  void open() {
    runtime = FakeRuntime.in(root);
  }

  @AfterEach
  void close() {
    runtime.close();
  }

  private static ExecutionRequest request(String code) {
    return ExecutionRequest.python(code).build();
  }

  @Test
  void checksAsItWasToldAndClaimsNothingElse() {
    CodeFinding finding =
        new CodeFinding(CodeFinding.Code.SYNTAX_ERROR, "No.", 1, 1, "Correct it.");
    assertThrows(IllegalStateException.class, () -> runtime.check("x", ToolRegistry.empty()));

    runtime.whenChecked((code, tools) -> code.equals("=") ? List.of(finding) : List.of());

    assertEquals(List.of(finding), runtime.check("=", ToolRegistry.empty()));
    assertEquals(List.of(), runtime.check("x", ToolRegistry.empty()));
    runtime.close();
    assertThrows(IsoException.class, () -> runtime.check("x", ToolRegistry.empty()));
  }

  @Test
  void programsAnswerInTheOrderInWhichTheyWereScripted() {
    runtime.then(FakeProgram.printing("one")).then(FakeProgram.raising("KeyError", "x", 3));

    assertEquals("one", runtime.execute(request("a")).stdout().text());
    Outcome second = runtime.execute(request("b")).outcome();

    assertEquals(3, assertInstanceOf(Outcome.CodeFailed.class, second).error().line().orElse(0));
    assertEquals(
        List.of("a", "b"), runtime.requests().stream().map(ExecutionRequest::code).toList());
  }

  @Test
  void aRuleGoesBeforeTheScriptAndTheRestComesLast() {
    runtime
        .when(request -> request.code().contains("plot"), FakeProgram.printing("rule"))
        .then(FakeProgram.printing("script"))
        .otherwise(FakeProgram.printing("rest"));

    assertEquals("rule", runtime.execute(request("plot()")).stdout().text());
    assertEquals("script", runtime.execute(request("x")).stdout().text());
    assertEquals("rest", runtime.execute(request("y")).stdout().text());
  }

  @Test
  void aRequestWithoutAProgramIsAMistakeOfTheTest() {
    assertThrows(IllegalStateException.class, () -> runtime.start(request("x")));
  }

  @Test
  void whatAProgramLeavesIsInTheResultAndInTheWorkspace() throws Exception {
    runtime.then(
        sandbox -> {
          sandbox.print("rows: " + new String(sandbox.readInput("a.csv"), StandardCharsets.UTF_8));
          sandbox.setResult(Map.of("rows", 2));
          sandbox.writeFile("plots/chart.svg", new byte[] {1, 2, 3});
          sandbox.reject("link", "a symbolic link");
          sandbox.notice(Limit.ARTIFACTS);
          return new Outcome.Completed();
        });
    Workspace workspace = runtime.openWorkspace();
    workspace.put("a.csv", "2".getBytes(StandardCharsets.UTF_8));

    ExecutionResult result = runtime.execute(ExecutionRequest.python("code").in(workspace).build());

    assertEquals("rows: 2", result.stdout().text());
    assertEquals(Map.of("rows", 2L), result.result());
    assertEquals(Limit.ARTIFACTS, result.limit().orElseThrow());
    assertEquals("plots/chart.svg", result.artifacts().get(0).path());
    assertEquals(3, Files.size(result.artifacts().get(0).file()));
    assertEquals("link", result.rejected().get(0).path());
    Path out = workspace.directory().resolve("out");
    assertEquals("code", Files.readString(workspace.directory().resolve("pkg/main.py")));
    assertEquals("rows: 2", Files.readString(out.resolve("runtime.out.log")));
    assertEquals("{\"rows\":2}", Files.readString(out.resolve("result.json")));
    assertTrue(Files.readString(out.resolve("execution.json")).contains(result.id()));
  }

  @Test
  void aSecondExecutionMovesTheRecordsOfTheFirstAside() throws Exception {
    runtime.then(FakeProgram.returning(1)).then(FakeProgram.completing());
    Workspace workspace = runtime.openWorkspace();
    ExecutionRequest request = ExecutionRequest.python("x").in(workspace).build();

    ExecutionResult first = runtime.execute(request);
    runtime.execute(request);

    Path run = workspace.directory().resolve("runs").resolve(first.id());
    assertEquals("1", Files.readString(run.resolve("result.json")));
    assertFalse(Files.exists(workspace.directory().resolve("out/result.json")));
  }

  @Test
  void aProgramCallsTheRequestsTools() {
    RecordingTool<Add, Integer> add =
        FakeTools.recording("add", Add.class, Integer.class, numbers -> numbers.a + numbers.b);
    runtime.then(
        sandbox -> {
          sandbox.setResult(sandbox.call("add", new Add(2, 3)));
          return new Outcome.Completed();
        });

    ExecutionResult result =
        runtime.execute(ExecutionRequest.python("x").tools(ToolRegistry.of(add.tool())).build());

    assertEquals(5L, result.result());
    assertEquals(List.of(new Add(2, 3)), add.calls());
    assertEquals(ToolCallStatus.OK, result.toolCalls().get(0).status());
    assertTrue(Files.exists(result.workspace().resolve("out/calls/0001-add.json")));
  }

  @Test
  void aToolThatFailsOrIsNotThereEndsAProgramThatDoesNotCatchIt() {
    ToolException failure = new ToolException("NO_STOCK", "Sold out.", true);
    runtime
        .then(callOf("buy"))
        .then(callOf("sell"))
        .then(
            sandbox -> {
              assertEquals("INVALID_ARGUMENT", codeOf(sandbox, "buy", new Add(1, 2)));
              return new Outcome.Completed();
            });
    ExecutionRequest request =
        ExecutionRequest.python("x")
            .tools(ToolRegistry.of(FakeTools.failing("buy", failure)))
            .build();

    ExecutionResult failed = runtime.execute(request);
    assertEquals(
        "NO_STOCK: Sold out.",
        assertInstanceOf(Outcome.CodeFailed.class, failed.outcome()).error().message());
    assertEquals(ToolCallStatus.FAILED, failed.toolCalls().get(0).status());
    assertEquals(ToolCallStatus.DENIED, runtime.execute(request).toolCalls().get(0).status());
    assertTrue(runtime.execute(request).isCompleted());
  }

  private static FakeProgram callOf(String tool) {
    return sandbox -> {
      sandbox.call(tool, new NoArguments());
      return new Outcome.Completed();
    };
  }

  private static String codeOf(FakeSandbox sandbox, String tool, Object arguments) {
    return assertThrows(ToolException.class, () -> sandbox.call(tool, arguments)).code();
  }

  @Test
  void aBrokenToolHidesItsDefectFromTheProgram() {
    runtime.then(
        sandbox -> {
          ToolException seen =
              assertThrows(ToolException.class, () -> sandbox.call("t", new NoArguments()));
          assertFalse(String.valueOf(seen.getMessage()).contains("password"));
          return new Outcome.Completed();
        });
    Tool<?, ?> broken = FakeTools.broken("t", new IllegalStateException("password"));

    assertTrue(
        runtime
            .execute(ExecutionRequest.python("x").tools(ToolRegistry.of(broken)).build())
            .isCompleted());
  }

  @Test
  void anExecutionThatHangsCanBeCancelled() throws Exception {
    runtime.then(FakeProgram.hanging());
    Execution execution = runtime.start(request("x"));

    execution.cancel();
    execution.cancel();

    assertInstanceOf(Outcome.Cancelled.class, resultOf(execution).outcome());
  }

  @Test
  void theWallClockLimitEndsAProgram() {
    runtime.then(FakeProgram.hanging());
    Duration limit = Duration.ofMillis(20);

    ExecutionResult result = runtime.execute(ExecutionRequest.python("x").timeout(limit).build());

    assertEquals(new Outcome.TimedOut(limit), result.outcome());
  }

  @Test
  void aCallInFlightIsInterruptedAndNoneBeginsAfterTheDecision() throws Exception {
    BlockingTool gate = FakeTools.blocking("gate");
    CompletableFuture<Throwable> late = new CompletableFuture<>();
    runtime.then(
        sandbox -> {
          try {
            sandbox.call("gate", new NoArguments());
          } catch (RuntimeException e) {
            late.complete(
                assertThrows(
                    RuntimeException.class, () -> sandbox.call("gate", new NoArguments())));
          }
          return new Outcome.Completed();
        });
    Execution execution =
        runtime.start(ExecutionRequest.python("x").tools(ToolRegistry.of(gate.tool())).build());
    gate.awaitEntered();

    execution.cancel();

    gate.awaitInterrupted();
    ExecutionResult result = resultOf(execution);
    assertInstanceOf(Outcome.Cancelled.class, result.outcome());
    assertEquals(1, result.toolCalls().size());
    assertEquals(ToolCallStatus.CANCELLED, result.toolCalls().get(0).status());
    assertInstanceOf(java.util.concurrent.CancellationException.class, late.get());
  }

  @Test
  void aWorkspaceInUseIsBusy() throws Exception {
    runtime.then(FakeProgram.hanging()).then(FakeProgram.completing());
    Workspace workspace = runtime.openWorkspace();
    ExecutionRequest request = ExecutionRequest.python("x").in(workspace).build();
    Execution first = runtime.start(request);

    assertEquals(ErrorCode.WORKSPACE_BUSY, codeOf(() -> runtime.start(request)));
    assertEquals(ErrorCode.WORKSPACE_BUSY, codeOf(workspace::delete));
    assertEquals(
        ErrorCode.WORKSPACE_BUSY, codeOf(() -> runtime.openWorkspace(workspace.directory())));

    first.cancel();
    resultOf(first);
    assertTrue(runtime.execute(request).isCompleted());
    workspace.delete();
    assertFalse(Files.exists(workspace.directory()));
  }

  @Test
  void closingCancelsWhatRunsAndRefusesWhatComes() throws Exception {
    runtime.otherwise(FakeProgram.hanging());
    Execution execution = runtime.start(request("x"));

    runtime.close();
    runtime.close();

    assertTrue(execution.result().toCompletableFuture().isDone());
    assertInstanceOf(Outcome.Cancelled.class, resultOf(execution).outcome());
    assertEquals(ErrorCode.RUNTIME_CLOSED, codeOf(() -> runtime.start(request("x"))));
    assertEquals(ErrorCode.RUNTIME_CLOSED, codeOf(runtime::openWorkspace));
  }

  private static ErrorCode codeOf(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IsoException.class, call).problem().code();
  }

  @Test
  void eventsArriveWhileTheProgramRunsAndFinishedIsTheLast() throws Exception {
    BlockingTool ready = FakeTools.blocking("ready");
    BlockingTool seen = FakeTools.blocking("seen");
    runtime.then(
        sandbox -> {
          sandbox.call("ready", new NoArguments());
          sandbox.print("alive");
          sandbox.publish(new ExecutionEvent.Dropped(7));
          sandbox.call("seen", new NoArguments());
          return new Outcome.Completed();
        });
    Execution execution =
        runtime.start(
            ExecutionRequest.python("x").tools(ToolRegistry.of(ready.tool(), seen.tool())).build());
    EventLog log = EventLog.of(execution);
    ready.release();

    log.awaitOutput("alive");
    seen.release();

    List<ExecutionEvent> events = log.awaitEnd();
    assertTrue(events.contains(new ExecutionEvent.Dropped(7)));
    assertInstanceOf(ExecutionEvent.Finished.class, events.get(events.size() - 1));
  }

  @Test
  void aScriptThatIsWrongReachesTheTest() {
    runtime.then(
        sandbox -> {
          throw new IllegalArgumentException("wrong script");
        });

    CompletionException failure =
        assertThrows(
            CompletionException.class,
            () -> runtime.start(request("x")).result().toCompletableFuture().join());
    assertEquals("wrong script", failure.getCause().getMessage());
  }

  @Test
  void anInterruptedCallerGetsACancelledResult() {
    runtime.then(FakeProgram.hanging());
    Thread.currentThread().interrupt();

    ExecutionResult result = runtime.execute(request("x"));

    assertTrue(Thread.interrupted());
    assertInstanceOf(Outcome.Cancelled.class, result.outcome());
    assertNull(result.result());
  }

  private static ExecutionResult resultOf(Execution execution)
      throws InterruptedException, ExecutionException {
    return execution.result().toCompletableFuture().get();
  }
}
