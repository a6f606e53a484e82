package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.ToolMethod;
import io.isoruntime.ToolRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToolDispatcherTest {
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final HeldTimers timers = new HeldTimers();
  private final CallFixture told = new CallFixture();
  private final BlockingQueue<String> replies = told.replies;
  private final BlockingQueue<CallRecord> records = told.records;

  record Add(int a, int b) {}

  record None() {}

  @SuppressWarnings("ArrayRecordComponent")
  record Mixed(String text, byte[] bytes, Optional<Integer> maybe, List<Long> many) {}

  @AfterEach
  void shutDown() {
    handlers.shutdownNow();
    timers.shutdownNow();
  }

  private ToolDispatcher dispatcher(ExecutionLimits limits, Tool<?, ?>... tools) {
    return dispatcher(handlers, limits, tools);
  }

  private ToolDispatcher dispatcher(
      Executor handlers, ExecutionLimits limits, Tool<?, ?>... tools) {
    return dispatcher(handlers, Runnable::run, limits, tools);
  }

  private ToolDispatcher dispatcher(
      Executor handlers, Executor own, ExecutionLimits limits, Tool<?, ?>... tools) {
    return new ToolDispatcher(
        "x1",
        ExecutionRequest.python("")
            .tools(ToolRegistry.of(tools))
            .limits(limits)
            .attributes(Map.of("user", "u7"))
            .build(),
        handlers,
        own,
        timers,
        told);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String reply() throws InterruptedException {
    String reply = replies.poll(5, TimeUnit.SECONDS);
    assertNotNull(reply, "no reply came");
    return reply;
  }

  private ToolCallStatus status() throws InterruptedException {
    CallRecord record = records.poll(5, TimeUnit.SECONDS);
    assertNotNull(record, "no record came");
    return record.call().status();
  }

  private static final Tool<Add, Integer> ADD =
      Tool.of("add", Add.class, Integer.class, add -> add.a() + add.b());

  @Test
  void callsTheFunctionWithItsRecord() throws Exception {
    dispatcher(ExecutionLimits.defaults(), ADD)
        .dispatch(json("{\"id\":1,\"tool\":\"add\",\"args\":{\"a\":2,\"b\":3}}"));
    assertEquals("{\"id\":1,\"ok\":5}", reply());
    assertEquals(ToolCallStatus.OK, status());
  }

  @Test
  void bindsBytesOptionalsAndLists() throws Exception {
    Tool<Mixed, Mixed> tool = Tool.of("mixed", Mixed.class, Mixed.class, mixed -> mixed);
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), tool);
    String args = "{\"text\":\"t\",\"bytes\":{\"$bytes\":\"AQI=\"},\"maybe\":7,\"many\":[1,2]}";
    dispatcher.dispatch(json("{\"id\":1,\"tool\":\"mixed\",\"args\":" + args + "}"));
    assertEquals("{\"id\":1,\"ok\":" + args + "}", reply());
    dispatcher.dispatch(
        json("{\"id\":2,\"tool\":\"mixed\",\"args\":" + args.replace("\"maybe\":7,", "") + "}"));
    assertEquals("{\"id\":2,\"ok\":" + args.replace("7", "null") + "}", reply());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":2} | argument 'b' (int) is missing",
        "{\"a\":2,\"b\":null} | argument 'b' (int) must not be None",
        "{\"a\":2,\"b\":3,\"c\":4} | there is no argument 'c'",
        "{\"a\":2,\"b\":\"3\"} | argument 'b' does not fit its type",
        "{\"a\":2,\"b\":3.5} | argument 'b' does not fit its type",
        "{\"a\":2,\"b\":true} | argument 'b' does not fit its type",
        "{\"a\":2,\"b\":99999999999} | argument 'b' does not fit its type (int): it must be from"
            + " -2147483648 to 2147483647",
        "{\"a\":{},\"b\":1} | argument 'a' does not fit its type"
      })
  void namesTheArgumentThatDoesNotFit(String args, String why) throws Exception {
    dispatcher(ExecutionLimits.defaults(), ADD)
        .dispatch(json("{\"id\":1,\"tool\":\"add\",\"args\":" + args + "}"));
    assertTrue(reply().contains("\"INVALID_ARGUMENT\",\"message\":\"add: " + why));
    assertEquals(ToolCallStatus.DENIED, status());
  }

  record Measure(double value) {}

  @Test
  void takesNoIntegerForInfinity() throws Exception {
    dispatcher(
            ExecutionLimits.defaults(),
            Tool.of("measure", Measure.class, Double.class, Measure::value))
        .dispatch(
            json("{\"id\":1,\"tool\":\"measure\",\"args\":{\"value\":1" + "0".repeat(400) + "}}"));
    assertTrue(reply().contains("INVALID_ARGUMENT"));
    assertEquals(ToolCallStatus.DENIED, status());
  }

  @ParameterizedTest
  @CsvSource({
    "PT23999999999H59M59.999999S, true",
    "PT-23999999976H, true",
    "PT24000000000H, false",
    "PT-23999999976H-0.000001S, false"
  })
  void givesTheDurationsThatPythonHas(Duration duration, boolean exists) throws Exception {
    dispatcher(
            ExecutionLimits.defaults(), Tool.of("long", None.class, Duration.class, n -> duration))
        .dispatch(json("{\"id\":1,\"tool\":\"long\",\"args\":{}}"));
    assertEquals(exists, reply().contains("$duration"));
  }

  record Meeting(LocalDateTime at, List<OffsetTime> breaks) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2024-01-31T12:00:00Z | 12:00:00Z | 'at' does not fit its type (datetime): a naive datetime",
        "2024-01-31T12:00:00 | 12:00:00 | 'breaks[0]' does not fit its type (list[time]): an aware time"
      })
  void tellsWhetherATimeNeedsAZone(String at, String pause, String why) throws Exception {
    dispatcher(ExecutionLimits.defaults(), Tool.of("meet", Meeting.class, String.class, m -> "met"))
        .dispatch(
            json(
                "{\"id\":1,\"tool\":\"meet\",\"args\":{\"at\":{\"$datetime\":\"%s\"},\"breaks\":[{\"$time\":\"%s\"}]}}"
                    .formatted(at, pause)));
    String reply = reply();
    assertTrue(reply.contains("meet: argument " + why + " expected."), reply);
  }

  /** Its methods' parameters are bound one by one. */
  public static final class Numbers {
    @ToolMethod
    public long twice(int number) {
      return 2L * number;
    }
  }

  @Test
  void namesTheParameterOfAMethodThatDoesNotFit() throws Exception {
    Tool<?, ?> twice = ToolRegistry.builder().scan(new Numbers()).build().tools().iterator().next();
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), twice);
    dispatcher.dispatch(
        json("{\"id\":1,\"tool\":\"" + twice.name() + "\",\"args\":{\"number\":99999999999}}"));
    String reply = reply();
    assertTrue(
        reply.contains(
            "argument 'number' does not fit its type (int): it must be from -2147483648 to"
                + " 2147483647."),
        reply);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":9,\"tool\":\"add\",\"args\":{\"a\":1e9999}} | MALFORMED",
        "{\"id\":9,\"tool\":\"add\",\"args\":{\"a\":1,\"a\":2}} | MALFORMED",
        "{\"id\":9,\"tool\":\"add\"} | MALFORMED",
        "{\"id\":9,\"tool\":5,\"args\":{}} | MALFORMED",
        "{\"id\":9,\"tool\":\"add\",\"args\":[]} | MALFORMED",
        "{\"id\":9,\"tool\":\"add\",\"args\":{} | MALFORMED",
        "{\"id\":9,\"tool\":\"Add\",\"args\":{}} | DENIED",
        "{\"id\":9,\"tool\":\"ａdd\",\"args\":{}} | DENIED",
        "{\"id\":9,\"tool\":\"../../etc\",\"args\":{}} | DENIED"
      })
  void answersWhatIsNoAcceptableCallWithoutRunningAnything(String call, String code)
      throws Exception {
    dispatcher(ExecutionLimits.defaults(), ADD).dispatch(json(call));
    assertTrue(reply().startsWith("{\"id\":9,\"error\":{\"code\":\"" + code + "\""));
    assertEquals(ToolCallStatus.DENIED, status());
  }

  @Test
  void refusesWhatIsNotEvenRecognisableAsACall() {
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), ADD);
    for (String garbage :
        List.of(
            "",
            "x",
            "[]",
            "{\"tool\":\"add\"}",
            "{\"id\":0,\"tool\":\"add\",\"args\":{}}",
            "{\"id\":-1,\"tool\":\"add\",\"args\":{}}",
            "{\"id\":1.5,\"tool\":\"add\",\"args\":{}}")) {
      assertThrows(IOException.class, () -> dispatcher.dispatch(json(garbage)), garbage);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1}}{}", "NaN}}", "1,\"a\":2}}", "1"})
  void tellsOfNoClassWhatIsMalformed(String rest) throws Exception {
    dispatcher(ExecutionLimits.defaults(), ADD)
        .dispatch(json("{\"id\":4,\"tool\":\"add\",\"args\":{\"a\":" + rest));
    assertTrue(reply().matches(".*MALFORMED.* it goes wrong after [0-9]+ characters\\..*"));
  }

  @Test
  void survivesADeepCall() throws Exception {
    dispatcher(ExecutionLimits.defaults(), ADD)
        .dispatch(json("{\"id\":4,\"tool\":\"add\",\"args\":" + "[".repeat(100_000)));
    assertTrue(reply().contains("MALFORMED"));
  }

  @Test
  void neverRunsACallTwice() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Tool<None, Integer> tool =
        Tool.of("count", None.class, Integer.class, none -> runs.incrementAndGet());
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), tool);
    byte[] call = json("{\"id\":5,\"tool\":\"count\",\"args\":{}}");
    dispatcher.dispatch(call);
    assertEquals("{\"id\":5,\"ok\":1}", reply());
    dispatcher.dispatch(call);
    assertTrue(reply().contains("REPLAYED"));
    assertEquals(1, runs.get());
  }

  @Test
  void tellsAToolExceptionAndHidesEverythingElse() throws Exception {
    Tool<None, Object> told =
        Tool.of(
            "told",
            None.class,
            Object.class,
            none -> {
              throw new ToolException("NOT_FOUND", "No such order.", true);
            });
    Tool<None, Object> secret =
        Tool.of(
            "secret",
            None.class,
            Object.class,
            none -> {
              throw new OutOfMemoryError("/etc/secret");
            });
    List<Object> endless = new java.util.ArrayList<>();
    endless.add(endless);
    Tool<None, Object> unwritable =
        Tool.of("unwritable", None.class, Object.class, none -> endless);
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), told, secret, unwritable);
    dispatcher.dispatch(json("{\"id\":1,\"tool\":\"told\",\"args\":{}}"));
    assertEquals(
        "{\"id\":1,\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"No such order.\",\"retryable\":true}}",
        reply());
    dispatcher.dispatch(json("{\"id\":2,\"tool\":\"secret\",\"args\":{}}"));
    assertEquals(
        "{\"id\":2,\"error\":{\"code\":\"FAILED\",\"message\":\"The tool 'secret' failed.\",\"retryable\":false}}",
        reply());
    dispatcher.dispatch(json("{\"id\":3,\"tool\":\"unwritable\",\"args\":{}}"));
    assertTrue(reply().startsWith("{\"id\":3,\"error\":{\"code\":\"FAILED\""));
  }

  @Test
  void capsAResult() throws Exception {
    Tool<None, byte[]> tool =
        Tool.of("big", None.class, byte[].class, none -> new byte[32 * 1024 * 1024]);
    dispatcher(ExecutionLimits.defaults(), tool)
        .dispatch(json("{\"id\":1,\"tool\":\"big\",\"args\":{}}"));
    assertTrue(reply().contains("RESULT_TOO_LARGE"));
  }

  @Test
  void boundsCallsAtOnceAndTellsTheExcess() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    Tool<None, Integer> tool =
        Tool.of(
            "wait",
            None.class,
            Integer.class,
            none -> {
              release.await();
              return 1;
            });
    ToolDispatcher dispatcher =
        dispatcher(ExecutionLimits.builder().parallelToolCalls(2).build(), tool);
    for (int id = 1; id <= 5; id++) {
      dispatcher.dispatch(json("{\"id\":" + id + ",\"tool\":\"wait\",\"args\":{}}"));
    }
    assertTrue(reply().startsWith("{\"id\":5,\"error\":{\"code\":\"BUSY\""));
    release.countDown();
    for (int id = 1; id <= 4; id++) {
      assertTrue(reply().endsWith("\"ok\":1}"));
    }
  }

  @Test
  void endsACallAtItsDeadlineAndInterruptsItsThread() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Tool<None, Integer> tool =
        Tool.ofContextual(
                "slow",
                None.class,
                Integer.class,
                (none, context) -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    assertTrue(context.isCancelled());
                    assertEquals(Duration.ZERO, context.remaining());
                    interrupted.countDown();
                  }
                  return 1;
                })
            .within(HeldTimers.HELD);
    dispatcher(ExecutionLimits.defaults(), tool)
        .dispatch(json("{\"id\":1,\"tool\":\"slow\",\"args\":{}}"));
    assertTrue(begun.await(5, TimeUnit.SECONDS));
    timers.fire();
    assertTrue(reply().contains("TIMED_OUT"));
    assertTrue(interrupted.await(5, TimeUnit.SECONDS));
    assertEquals(ToolCallStatus.TIMED_OUT, status());
    assertNull(replies.poll(50, TimeUnit.MILLISECONDS), "a second answer was sent");
  }

  @Test
  void answersNothingAfterItIsClosedAndTellsWhatWasInFlight() throws Exception {
    CountDownLatch started = new CountDownLatch(2);
    AtomicBoolean stop = new AtomicBoolean();
    CompletableFuture<Integer> later = new CompletableFuture<>();
    Tool<None, Integer> stubborn =
        Tool.of(
            "stubborn",
            None.class,
            Integer.class,
            none -> {
              started.countDown();
              while (!stop.get()) {
                Thread.onSpinWait();
              }
              return 1;
            });
    Tool<None, Integer> async =
        Tool.ofAsync(
            "async",
            None.class,
            Integer.class,
            (none, context) -> {
              started.countDown();
              return later;
            });
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), stubborn, async);
    dispatcher.dispatch(json("{\"id\":1,\"tool\":\"stubborn\",\"args\":{}}"));
    dispatcher.dispatch(json("{\"id\":2,\"tool\":\"async\",\"args\":{}}"));
    assertTrue(started.await(5, TimeUnit.SECONDS));
    dispatcher.close();
    dispatcher.settle();
    stop.set(true);
    assertEquals(ToolCallStatus.ABANDONED, status());
    assertEquals(ToolCallStatus.CANCELLED, status());
    assertTrue(later.isCancelled());
    dispatcher.dispatch(json("{\"id\":3,\"tool\":\"async\",\"args\":{}}"));
    assertNull(replies.poll(50, TimeUnit.MILLISECONDS));
    assertFalse(records.stream().anyMatch(record -> record.call().id() == 3));
  }

  private static CountDownLatch bind = new CountDownLatch(0);

  record Slow(int value) {
    Slow {
      await(bind);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(5, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever closes tells the calls one by one, and may stand still between two of them. */
  @Test
  void beginsNoCallOnceItIsClosedThoughItsTurnToBeCancelledIsYetToCome() throws Exception {
    CountDownLatch inTool = new CountDownLatch(1);
    CountDownLatch handled = new CountDownLatch(1);
    AtomicBoolean began = new AtomicBoolean();
    bind = new CountDownLatch(1);
    Tool<None, Integer> first =
        Tool.ofContextual(
            "first",
            None.class,
            Integer.class,
            (none, context) -> {
              context.onCancel(() -> {});
              inTool.countDown();
              new CountDownLatch(1).await();
              return 1;
            });
    Tool<Slow, Integer> second =
        Tool.of(
            "second",
            Slow.class,
            Integer.class,
            slow -> {
              began.set(true);
              return 1;
            });
    AtomicInteger submitted = new AtomicInteger();
    ToolDispatcher dispatcher =
        dispatcher(
            task -> {
              boolean isSecond = submitted.incrementAndGet() == 2;
              handlers.execute(
                  () -> {
                    task.run();
                    if (isSecond) {
                      handled.countDown();
                    }
                  });
            },
            action -> {
              bind.countDown();
              await(handled);
            },
            ExecutionLimits.defaults(),
            first,
            second);
    dispatcher.dispatch(json("{\"id\":1,\"tool\":\"first\",\"args\":{}}"));
    assertTrue(inTool.await(5, TimeUnit.SECONDS));
    dispatcher.dispatch(json("{\"id\":2,\"tool\":\"second\",\"args\":{\"value\":1}}"));
    dispatcher.close();
    dispatcher.settle();
    assertFalse(began.get(), "a tool began after the end");
    assertEquals(ToolCallStatus.CANCELLED, status());
    assertEquals(ToolCallStatus.CANCELLED, status());
  }

  record Positive(int value) {
    Positive {
      if (value == 13) {
        throw new ToolException("UNLUCKY", "Not thirteen.", false);
      } else if (value == 14) {
        throw new IllegalStateException("/etc/secret");
      } else if (value < 0) {
        throw new IllegalArgumentException("value must be positive");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1 | \"INVALID_ARGUMENT\",\"message\":\"positive: value must be positive.\"",
        "13 | \"UNLUCKY\",\"message\":\"Not thirteen.\"",
        "14 | \"FAILED\",\"message\":\"The tool 'positive' failed.\""
      })
  void tellsWhatARecordsConstructorSays(String value, String reply) throws Exception {
    dispatcher(
            ExecutionLimits.defaults(),
            Tool.of("positive", Positive.class, Integer.class, Positive::value))
        .dispatch(json("{\"id\":1,\"tool\":\"positive\",\"args\":{\"value\":" + value + "}}"));
    String told = reply();
    assertTrue(told.contains(reply), told);
  }

  @Test
  void failsAToolThatGivesNoStage() throws Exception {
    Tool<None, Integer> tool =
        Tool.ofAsync("none", None.class, Integer.class, (none, context) -> null);
    dispatcher(ExecutionLimits.defaults(), tool)
        .dispatch(json("{\"id\":1,\"tool\":\"none\",\"args\":{}}"));
    assertTrue(reply().contains("FAILED"));
  }

  @Test
  void keepsADeadlineThoughTheEmbeddersThreadsHang() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      Tool<None, Integer> tool =
          Tool.of(
                  "stubborn",
                  None.class,
                  Integer.class,
                  none -> {
                    while (release.getCount() > 0) {
                      Thread.onSpinWait();
                    }
                    return 1;
                  })
              .within(Duration.ofMillis(50));
      dispatcher(one, ExecutionLimits.defaults(), tool)
          .dispatch(json("{\"id\":1,\"tool\":\"stubborn\",\"args\":{}}"));
      assertTrue(reply().contains("TIMED_OUT"));
    } finally {
      release.countDown();
      one.shutdown();
    }
  }

  @Test
  void letsNoEmbeddersActionStopTheEnd() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Tool<None, Integer> tool =
        Tool.ofContextual(
            "wait",
            None.class,
            Integer.class,
            (none, context) -> {
              context.onCancel(
                  () -> {
                    throw new IllegalStateException("an action of the embedder");
                  });
              started.countDown();
              new CountDownLatch(1).await();
              return 1;
            });
    ToolDispatcher dispatcher = dispatcher(ExecutionLimits.defaults(), tool);
    dispatcher.dispatch(json("{\"id\":1,\"tool\":\"wait\",\"args\":{}}"));
    assertTrue(started.await(5, TimeUnit.SECONDS));
    dispatcher.close();
    dispatcher.settle();
    assertEquals(ToolCallStatus.CANCELLED, status());
  }

  @Test
  void givesTheHandlerItsContext() throws Exception {
    Tool<None, String> tool =
        Tool.ofContextual(
            "who",
            None.class,
            String.class,
            (none, context) ->
                context.executionId() + " " + context.callId() + " " + context.attributes());
    dispatcher(ExecutionLimits.defaults(), tool)
        .dispatch(json("{\"id\":8,\"tool\":\"who\",\"args\":{}}"));
    assertEquals("{\"id\":8,\"ok\":\"x1 8 {user=u7}\"}", reply());
  }
}
