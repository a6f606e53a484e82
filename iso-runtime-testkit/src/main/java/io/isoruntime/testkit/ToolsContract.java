package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import io.isoruntime.ToolRegistry;
import io.isoruntime.testkit.FakeTools.NoArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How Python calls the host's functions. */
public interface ToolsContract extends ContractSubject {

  @Test
  default void aToolIsCalledLikeAFunction() {
    ExecutionResult result =
        run(
            """
            import asyncio
            from tools import add
            print(add(2, 3), add(a=4, b=5), asyncio.run(add.aio(6, 7)))
            """,
            ToolRegistry.of(ContractTools.add()));

    Expect.printed("5 9 13\n", result);
    assertEquals(List.of("add", "add", "add"), tools(result));
    assertEquals(List.of(1L, 2L, 3L), result.toolCalls().stream().map(ToolCall::id).toList());
    assertStatus(ToolCallStatus.OK, result);
  }

  @Test
  default void aToolHasItsSignatureAndDescription() {
    Expect.printed(
        "['a', 'b']\nTrue\n",
        run(
            """
            import inspect
            from tools import add
            print(list(inspect.signature(add).parameters))
            print("Adds two numbers." in add.__doc__)
            """,
            ToolRegistry.of(ContractTools.add())));
  }

  @Test
  default void structuredValuesAndNamespacesWork() {
    Expect.printed(
        "{'orders': [{'id': 7, 'customer': 'Ann', 'total': 12.5}], 'more': False}\nTrue\n",
        run(
            """
            from tools import orders
            print(orders.search("Ann"))
            print(orders.search(text="Ann", limit=3)["more"])
            """,
            ToolRegistry.of(ContractTools.search())));
  }

  @Test
  default void aSchemaMayStandForTheRecord() {
    Tool<?, ?> mirror =
        Tool.ofSchema(
            "mirror",
            """
            {"type": "object", "required": ["text"], "additionalProperties": false,
             "properties": {"text": {"type": "string"}, "more": {}}}
            """,
            "{}",
            (arguments, context) -> CompletableFuture.completedFuture(arguments));

    Expect.printed(
        "True\nTypeError\n",
        run(
            """
            from datetime import date, datetime, time, timedelta, timezone
            from decimal import Decimal
            from tools import mirror
            more = [None, 2**70, 0.1, float("-inf"), b"\\0", Decimal("1.10"), date(2024, 2, 29),
                    datetime(2024, 1, 2, 3, 4, 5, 6), datetime(2024, 1, 2, tzinfo=timezone.utc),
                    time(1, 2), timedelta(days=-1, microseconds=1), {"$bytes": {"a": [True]}}]
            print(mirror("x", more=more) == {"text": "x", "more": more})
            try:
                mirror()
            except TypeError as error:
                print(type(error).__name__)
            """,
            ToolRegistry.of(mirror)));
  }

  @Test
  default void bytesArriveAsBytes() {
    Expect.printed(
        "b'\\x00\\x01\\x02' 1000000\n",
        run(
            "from tools import blob\nprint(blob(3), len(blob(1_000_000)))",
            ToolRegistry.of(ContractTools.blob())));
  }

  @Test
  default void aToolMayAnswerLaterWithoutHoldingAThread() {
    CompletableFuture<String> answer = new CompletableFuture<>();
    Tool<?, ?> later =
        Tool.ofAsync("later", NoArguments.class, String.class, (none, context) -> answer);
    Tool<?, ?> now =
        Tool.of("now", NoArguments.class, Boolean.class, none -> answer.complete("here"));

    Expect.printed(
        "here True\n",
        run(
            """
            import asyncio, tools
            async def main():
                print(*await asyncio.gather(tools.later.aio(), tools.now.aio()))
            asyncio.run(main())
            """,
            ToolRegistry.of(later, now)));
  }

  @Test
  default void fiftyThreadsCallAtOnceAndEachGetsItsOwnAnswer() {
    Expect.printed(
        "True\n",
        run(
            """
            from concurrent.futures import ThreadPoolExecutor
            from tools import meet
            with ThreadPoolExecutor(50) as pool:
                print(list(pool.map(meet, range(200))) == list(range(200)))
            """,
            meeting(50)));
  }

  @Test
  default void fiftyCoroutinesCallAtOnce() {
    Expect.printed(
        "1225\n",
        run(
            """
            import asyncio
            from tools import meet
            async def main():
                print(sum(await asyncio.gather(*(meet.aio(i) for i in range(50)))))
            asyncio.run(main())
            """,
            meeting(50)));
  }

  /** A tool that answers once this many calls are in it. */
  private static ToolRegistry meeting(int parties) {
    CyclicBarrier barrier = new CyclicBarrier(parties);
    return ToolRegistry.of(
        Tool.of(
            "meet",
            ContractTools.Size.class,
            Integer.class,
            arguments -> {
              barrier.await(30, TimeUnit.SECONDS);
              return arguments.size();
            }));
  }

  @Test
  default void aForkedChildIsToldThatItCanNotCallAndSpoilsNothing() {
    Expect.printed(
        "True\n9\n",
        run(
            """
            import os, tools
            child = os.fork()
            if child == 0:
                try:
                    tools.add(2, 3)
                except tools.ToolError as error:
                    os._exit(7)
                os._exit(0)
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7)
            print(tools.add(4, 5))
            """,
            ToolRegistry.of(ContractTools.add())));
  }

  @Test
  default void aToolsFailureIsAToolError() {
    ExecutionResult result =
        run(
            """
            import tools
            try:
                tools.buy()
            except tools.ToolError as error:
                print(error.code, error.message, error.retryable)
            """,
            ToolRegistry.of(
                FakeTools.failing("buy", new ToolException("NO_STOCK", "Sold out.", true))));

    Expect.printed("NO_STOCK Sold out. True\n", result);
    assertStatus(ToolCallStatus.FAILED, result);
  }

  @Test
  default void aToolErrorThatIsNotCaughtFailsTheProgramAtItsLine() {
    ExecutionResult result =
        run(
            "import tools\n\ntools.buy()",
            ToolRegistry.of(
                FakeTools.failing("buy", new ToolException("NO_STOCK", "Sold out.", true))));

    io.isoruntime.PythonError error = Expect.failed(ErrorCode.PYTHON_EXCEPTION, result);
    assertEquals("ToolError", error.type());
    assertEquals(3, error.lineNumber());
    assertTrue(error.message().contains("Sold out."), error::message);
  }

  @Test
  default void aBrokenToolTellsTheProgramNothingOfTheHost() {
    ExecutionResult result =
        run(
            """
            import tools, traceback
            for tool in tools.defect, tools.collapse:
                try:
                    tool()
                except tools.ToolError as error:
                    print(error.code, vars(error))
                    traceback.print_exc()
            """,
            ToolRegistry.of(
                FakeTools.broken("defect", new IllegalStateException("secret-7 /srv/keys")),
                Tool.of(
                    "collapse",
                    NoArguments.class,
                    String.class,
                    none -> {
                      throw new StackOverflowError("secret-7");
                    })));

    Expect.completed(result);
    String seen = result.stdout().text() + result.stderr().text();
    assertFalse(seen.contains("secret-7"), seen);
    assertFalse(seen.contains("java"), seen);
    assertFalse(seen.contains("IllegalState"), seen);
    assertStatus(ToolCallStatus.FAILED, result);
  }

  @Test
  default void onlyTheToolsOfTheRequestExist() {
    ExecutionResult result =
        run(
            """
            import tools
            for name in "remove", "Add", "аdd", "add.", "__add":
                try:
                    getattr(tools, name)()
                except (AttributeError, tools.ToolError) as error:
                    print(type(error).__name__)
            try:
                from tools import remove
            except ImportError as error:
                print("ImportError")
            """,
            ToolRegistry.of(ContractTools.add()));

    Expect.completed(result);
    assertEquals(6, result.stdout().text().lines().count(), result.stdout()::text);
    assertTrue(
        result.toolCalls().stream().allMatch(call -> call.status() == ToolCallStatus.DENIED));
  }

  @Test
  default void argumentsThatDoNotFitNeverReachTheTool() {
    RecordingTool<ContractTools.Add, Integer> add =
        FakeTools.recording("add", ContractTools.Add.class, Integer.class, numbers -> 0);

    ExecutionResult result =
        run(
            """
            import tools
            wrong = [lambda: tools.add(1), lambda: tools.add(1, 2, 3), lambda: tools.add("x", 2),
                     lambda: tools.add(1, c=2), lambda: tools.add(1.5, 2), lambda: tools.add(2**40, 1),
                     lambda: tools.add(None, 1), lambda: tools.add(object(), 1)]
            for call in wrong:
                try:
                    call()
                    print("accepted")
                except (TypeError, ValueError, tools.ToolError) as error:
                    print("refused")
            """,
            ToolRegistry.of(add.tool()));

    Expect.printed("refused\n".repeat(8), result);
    assertEquals(List.of(), add.calls());
  }

  @Test
  default void aToolLearnsWhoCallsAndUntilWhen() {
    CompletableFuture<ToolContext> seen = new CompletableFuture<>();
    CompletableFuture<Duration> remaining = new CompletableFuture<>();
    Tool<?, ?> who =
        Tool.ofContextual(
            "who",
            NoArguments.class,
            String.class,
            (none, context) -> {
              seen.complete(context);
              remaining.complete(context.remaining());
              return context.isCancelled() ? "cancelled" : "fine";
            });

    ExecutionResult result =
        run(
            ExecutionRequest.python("from tools import who\nprint(who())")
                .tools(ToolRegistry.of(who))
                .attributes(Map.of("user", "ann")));

    Expect.printed("fine\n", result);
    ToolContext context = seen.join();
    assertEquals(result.id(), context.executionId());
    assertEquals(result.toolCalls().get(0).id(), context.callId());
    assertEquals(Map.of("user", "ann"), context.attributes());
    Duration left = remaining.join();
    Duration limit = ExecutionLimits.defaults().toolCallTime();
    assertTrue(left.compareTo(Duration.ZERO) > 0 && left.compareTo(limit) <= 0, left::toString);
  }

  @Test
  default void aToolThatMissesItsDeadlineIsInterruptedAndTheProgramGoesOn() throws Exception {
    BlockingTool slow = FakeTools.blocking("slow");

    ExecutionResult result =
        run(
            """
            import tools
            while not tools.begun(): # where the host is busy, its time may be over before
                try:
                    tools.slow()
                except tools.ToolError as error:
                    told = error.code, error.retryable
            print(*told)
            """,
            ToolRegistry.of(
                slow.tool().within(Duration.ofMillis(100)),
                Tool.of("begun", NoArguments.class, Boolean.class, none -> slow.isEntered())));

    Expect.printed("TIMED_OUT True\n", result);
    slow.awaitInterrupted();
    assertTrue(
        result.toolCalls().stream()
            .filter(call -> call.tool().equals("slow"))
            .allMatch(call -> call.status() == ToolCallStatus.TIMED_OUT),
        () -> Expect.describe(result));
  }

  @Test
  default void tooManyCallsAtOnceAreToldSo() throws Exception {
    BlockingTool gate = FakeTools.blocking("gate");
    ExecutionLimits limits = ExecutionLimits.builder().parallelToolCalls(1).build();
    Execution execution =
        shared()
            .start(
                ExecutionRequest.python(
                        """
                        import threading, tools
                        def call():
                            try:
                                print(tools.gate(), flush=True)
                            except tools.ToolError as error:
                                print(error.code, error.retryable, flush=True)
                        threads = [threading.Thread(target=call) for _ in range(3)]
                        for thread in threads: thread.start()
                        for thread in threads: thread.join()
                        """)
                    .in(workspace())
                    .limits(limits)
                    .tools(ToolRegistry.of(gate.tool()))
                    .build());

    // One is handled, one waits, the third is refused while both are still open.
    EventLog.of(execution)
        .await(
            event ->
                event instanceof io.isoruntime.ExecutionEvent.ToolEnded ended
                    && ended.status() == ToolCallStatus.BUSY);
    gate.release();

    ExecutionResult result = execution.result().toCompletableFuture().get(30, TimeUnit.SECONDS);
    Expect.completed(result);
    assertEquals(
        List.of("BUSY True", "released", "released"),
        result.stdout().text().lines().sorted().toList());
  }

  @Test
  default void aCallInFlightAtTheTimeoutIsInterruptedAndCancelled() throws Exception {
    BlockingTool gate = FakeTools.blocking("gate");

    ExecutionResult result =
        Late.run(
            this,
            ExecutionRequest.python("from tools import gate\ngate()")
                .tools(ToolRegistry.of(gate.tool())),
            late -> gate.isEntered());

    gate.awaitInterrupted();
    assertEquals(List.of("gate"), tools(result));
    assertStatus(ToolCallStatus.CANCELLED, result);
  }

  @Test
  default void anAnswerThatIsPendingAtTheTimeoutIsCancelled() throws Exception {
    CompletableFuture<String> never = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch told = new CountDownLatch(1);
    Tool<?, ?> later =
        Tool.ofAsync(
            "later",
            NoArguments.class,
            String.class,
            (none, context) -> {
              begun.countDown();
              context.onCancel(told::countDown);
              return never;
            });

    ExecutionResult result =
        Late.run(
            this,
            ExecutionRequest.python("from tools import later\nlater()")
                .tools(ToolRegistry.of(later)),
            late -> begun.getCount() == 0);

    assertTrue(never.isCancelled());
    assertTrue(told.await(30, TimeUnit.SECONDS)); // by a thread of its own
    assertStatus(ToolCallStatus.CANCELLED, result);
  }

  @Test
  default void onceTheResultIsThereNoToolBeginsAndEachCallIsOnRecord() throws Exception {
    CompletableFuture<ExecutionResult> known = new CompletableFuture<>();
    List<String> late = new CopyOnWriteArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch many = new CountDownLatch(200);
    Tool<?, ?> mark =
        Tool.of(
            "mark",
            NoArguments.class,
            Boolean.class,
            none -> {
              begun.incrementAndGet();
              many.countDown();
              if (known.isDone()) {
                late.add("a call began after the result");
              }
              LockSupport.parkNanos(3_000_000); // so that some are in it at the end
              return true;
            });
    ExecutionResult result;
    List<String> records;
    try (Runtime runtime = open(SandboxProfile.defaults())) {
      Execution execution =
          runtime.start(
              ExecutionRequest.python(
                      """
                      import threading, tools
                      def loop():
                          while True: tools.mark()
                      for _ in range(8): threading.Thread(target=loop).start()
                      """)
                  .in(runtime.openWorkspace(temporaryDirectory()))
                  .tools(ToolRegistry.of(mark))
                  .build());
      execution.result().thenAccept(known::complete);
      assertTrue(many.await(30, TimeUnit.SECONDS));
      execution.cancel();
      result = known.get(30, TimeUnit.SECONDS);
      try (Stream<Path> files = Files.list(result.workspace().resolve("out/calls"))) {
        records = files.map(file -> file.getFileName().toString()).sorted().toList();
      }
    }

    Expect.outcome(Outcome.Cancelled.class, result);
    assertEquals(List.of(), late);
    assertTrue(begun.get() <= result.toolCalls().size(), () -> begun + " calls began");
    assertEquals(
        IntStream.rangeClosed(1, result.toolCalls().size())
            .mapToObj(i -> String.format(Locale.ROOT, "%04d-mark.json", i))
            .toList(),
        records);
  }

  private static List<String> tools(ExecutionResult result) {
    return result.toolCalls().stream().map(ToolCall::tool).toList();
  }

  private static void assertStatus(ToolCallStatus expected, ExecutionResult result) {
    assertFalse(result.toolCalls().isEmpty());
    for (ToolCall call : result.toolCalls()) {
      assertEquals(expected, call.status(), () -> Expect.describe(result));
    }
  }
}
