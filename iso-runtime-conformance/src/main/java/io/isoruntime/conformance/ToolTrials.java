package io.isoruntime.conformance;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolException;
import io.isoruntime.ToolFunction;
import io.isoruntime.ToolRegistry;
import io.isoruntime.conformance.ChannelTools.Nothing;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Trials in which a tool, or the number of its calls, is the trouble. */
final class ToolTrials {
  private static final int PARALLEL = 8;
  private static final int FLOOD = 5_000;

  private ToolTrials() {}

  /** T9. */
  static Finding flood(Stage stage) {
    int kept = 2 * PARALLEL;
    Attack few = flood(stage, kept, kept).tools(ToolRegistry.of(ChannelTools.answering("slow", 1)));
    ChannelResults.require(stage.run(few), "ends", Map.of("ok", (long) kept));
    AtomicInteger begun = new AtomicInteger();
    Tool<Nothing, Object> slow =
        Tool.ofAsync(
            "slow",
            Nothing.class,
            Object.class,
            (nothing, context) -> {
              begun.incrementAndGet();
              return new CompletableFuture<>(); // until it is cancelled
            });
    ExecutionResult result =
        stage.run(flood(stage, FLOOD, FLOOD - kept).tools(ToolRegistry.of(slow)));
    ChannelResults.require(result, "ends", Map.of("BUSY", (long) FLOOD - kept));
    Map<ToolCallStatus, Long> told =
        result.toolCalls().stream()
            .collect(Collectors.groupingBy(ToolCall::status, Collectors.counting()));
    Unmet.unless(
        begun.get() == PARALLEL
            && told.equals(
                Map.of(
                    ToolCallStatus.BUSY,
                    (long) FLOOD - kept,
                    ToolCallStatus.CANCELLED,
                    (long) kept)),
        () -> begun + " calls were begun, the result tells of " + told);
    return Finding.held(
        "of "
            + FLOOD
            + " calls "
            + begun
            + " were begun, as many waited, the rest were told BUSY;"
            + " of "
            + kept
            + " calls all were answered");
  }

  private static Attack flood(Stage stage, int calls, int replies) {
    return Attack.of("channel/t09_flood.py")
        .with("calls", calls)
        .with("replies", replies)
        .within(stage.limits().toBuilder().parallelToolCalls(PARALLEL).build());
  }

  /** T11. */
  static Finding neverReturns(Stage stage) {
    Duration time = stage.allow(Duration.ofMillis(500)); // the other tool must answer in it
    AtomicInteger interrupted = new AtomicInteger();
    Tool<Nothing, Object> never =
        Tool.of(
            "never",
            Nothing.class,
            Object.class,
            nothing -> {
              try {
                new CountDownLatch(1).await();
                return "returned";
              } finally {
                interrupted.incrementAndGet();
              }
            });
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t11_never_returns.py")
                .with("least", 0.8 * time.toMillis() / 1_000)
                .tools(ToolRegistry.of(never, ChannelTools.answering("quick", "quick")))
                .within(
                    stage.limits().toBuilder().parallelToolCalls(1).toolCallTime(time).build()));
    ChannelResults.require(result, "ends", List.of("TIMED_OUT True", "TIMED_OUT True", "quick"));
    Unmet.unless(interrupted.get() == 2, () -> interrupted + " threads were reclaimed");
    return Finding.held(
        "TIMED_OUT after "
            + time.toMillis()
            + " ms, twice; both threads were interrupted, and the only place for a call"
            + " was free for the next");
  }

  /** T12. */
  static Finding throwing(Stage stage) {
    Map<String, ToolFunction<Nothing, Object>> functions = new LinkedHashMap<>();
    String secret = "cannot read /etc/iso/secret.key";
    functions.put("unchecked", nothing -> fail(new IllegalStateException(secret)));
    functions.put("checked", nothing -> fail(new IOException(secret)));
    functions.put("interrupted", nothing -> fail(new InterruptedException(secret)));
    functions.put("caused", nothing -> fail(new RuntimeException(new LinkageError(secret))));
    functions.put("error", nothing -> fail(new AssertionError(secret)));
    functions.put("linkage", nothing -> fail(new NoClassDefFoundError("io/isoruntime/Secret")));
    functions.put("memory", nothing -> fail(new OutOfMemoryError(secret)));
    functions.put("overflow", nothing -> depth(0));
    functions.put("cyclic", nothing -> cyclic());
    functions.put("unreadable", nothing -> unreadable(secret));
    List<Tool<?, ?>> tools = new ArrayList<>();
    functions.forEach(
        (name, function) -> tools.add(Tool.of(name, Nothing.class, Object.class, function)));
    tools.add(
        Tool.ofAsync(
            "later",
            Nothing.class,
            Object.class,
            (nothing, context) -> CompletableFuture.failedFuture(new LinkageError(secret))));
    Map<String, Object> expected = new LinkedHashMap<>();
    tools.forEach(tool -> expected.put(tool.name(), "FAILED False"));
    tools.add(
        Tool.of(
            "told",
            Nothing.class,
            Object.class,
            nothing -> fail(new ToolException("NOT_FOUND", "There is no such order.", true))));
    expected.put("told", "NOT_FOUND True");
    tools.add(ChannelTools.answering("fine", 1));
    expected.put("fine", "ok");
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t12_throwing_tools.py")
                .with("tools", List.copyOf(expected.keySet()))
                .tools(ToolRegistry.of(tools.toArray(new Tool<?, ?>[0]))));
    ChannelResults.require(result, "ends", expected);
    ChannelResults.requireDiscreet(result);
    return Finding.held("each a ToolError without anything of the host: " + expected);
  }

  private static <T extends Throwable> Object fail(Throwable failure) throws T {
    @SuppressWarnings("unchecked") // to throw what a function may not declare
    T thrown = (T) failure;
    throw thrown;
  }

  private static int depth(int above) {
    return above < 0 ? 0 : depth(above + 1) + 1; // the stack ends before the numbers do
  }

  private static Object cyclic() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    return list;
  }

  private static Object unreadable(String secret) {
    return new AbstractList<Object>() {
      @Override
      public Object get(int index) {
        throw new IllegalStateException(secret);
      }

      @Override
      public int size() {
        return 1;
      }
    };
  }

  /** T13. */
  static Finding hugeResults(Stage stage) {
    String kibibyte = "x".repeat(1 << 10);
    HeapPeak heap = HeapPeak.watched();
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t13_huge_results.py")
                .with("tools", List.of("gibibyte", "bytes", "mebibyte"))
                .tools(
                    ToolRegistry.of(
                        ChannelTools.answering("gibibyte", Collections.nCopies(1 << 20, kibibyte)),
                        ChannelTools.answering("bytes", new byte[20 << 20]),
                        ChannelTools.answering(
                            "mebibyte", Collections.nCopies(1 << 10, kibibyte)))));
    ChannelResults.require(
        result,
        "ends",
        Map.of("gibibyte", "RESULT_TOO_LARGE", "bytes", "RESULT_TOO_LARGE", "mebibyte", "1024"));
    heap.requireLessThan(512);
    return Finding.held(
        "1 GiB and 20 MiB: RESULT_TOO_LARGE, with less than 512 MiB more heap; 1 MiB arrived");
  }

  /** T14. */
  static Finding inFlight(Stage stage) {
    Duration time = stage.allow(Duration.ofSeconds(2)); // in it the first two must be begun
    InFlight answered = new InFlight();
    answered.gate.complete("open");
    ChannelResults.require(
        stage.run(answered.attack(stage.limits())), "ends", List.of("1 ok", "2 ok", "3 ok"));
    Unmet.unless(answered.effects.size() == 3, () -> "in time: " + answered.effects);

    InFlight late = new InFlight();
    ExecutionResult result =
        stage.run(late.attack(stage.limits().toBuilder().wallTime(time).build()));
    late.gate.complete("open");
    Unmet.unless(result.outcome() instanceof Outcome.TimedOut, () -> Describe.result(result));
    Unmet.unless(
        late.begun.equals(Set.of("blocking", "later")) && late.effects.isEmpty(),
        () -> "begun: " + late.begun + ", effects after the outcome: " + late.effects);
    List<ToolCallStatus> ends = result.toolCalls().stream().map(ToolCall::status).toList();
    Unmet.unless(
        ends.equals(Collections.nCopies(3, ToolCallStatus.CANCELLED)), () -> "ends: " + ends);
    return Finding.held(
        "in time all three had their effect; after the timeout one was interrupted, one cancelled,"
            + " one never begun, and none had any");
  }

  /** Tools that have their effect when a gate opens. */
  private static final class InFlight {
    final CompletableFuture<String> gate = new CompletableFuture<>();
    final Set<String> begun = ConcurrentHashMap.newKeySet();
    final Set<String> effects = ConcurrentHashMap.newKeySet();

    Attack attack(ExecutionLimits limits) {
      return Attack.of("channel/t14_in_flight.py")
          .within(limits.toBuilder().parallelToolCalls(2).build())
          .tools(ToolRegistry.of(blocking("blocking"), later(), blocking("waiting")));
    }

    private Tool<Nothing, Boolean> blocking(String name) {
      return Tool.of(
          name,
          Nothing.class,
          Boolean.class,
          nothing -> {
            begun.add(name);
            gate.get();
            return effects.add(name);
          });
    }

    private Tool<Nothing, Boolean> later() {
      return Tool.ofAsync(
          "later",
          Nothing.class,
          Boolean.class,
          (nothing, context) -> {
            begun.add("later");
            return gate.thenApply(open -> effects.add("later"));
          });
    }
  }
}
