package io.isoruntime.conformance;

import io.isoruntime.ExecutionResult;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolRegistry;
import io.isoruntime.conformance.ChannelTools.Text;
import io.isoruntime.conformance.ChannelTools.Value;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Trials of calls that no honest program makes. */
final class CallTrials {
  private CallTrials() {}

  /** T4. */
  static Finding replayed(Stage stage) {
    AtomicInteger calls = new AtomicInteger();
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t04_replay.py")
                .tools(ToolRegistry.of(ChannelTools.counting("count", calls))));
    ChannelResults.require(result, "ends", List.of("3 REPLAYED", "7 REPLAYED", "7 ok", "8 ok"));
    Unmet.unless(calls.get() == 2, () -> calls + " calls were run");
    return Finding.held("of the calls 7, 7, 3, 8 only the first 7 and 8 were run");
  }

  /** T5. */
  static Finding badLengths(Stage stage) {
    String init = HostileInitTrials.badLengths(stage);
    List<Long> lengths = List.of(1L << 30, 0xffff_ffffL, 0x8000_0000L, 0L, (16L << 20) + 1);
    for (long length : lengths) {
      ExecutionResult result =
          stage.run(Attack.of("channel/t05_lengths.py").with("length", length));
      ChannelResults.requireViolation(result, "a length of " + length);
    }
    return Finding.held(init + "; program: lengths of " + lengths + " ended it");
  }

  /** T6. */
  static Finding malformed(Stage stage) {
    AtomicInteger calls = new AtomicInteger();
    ExecutionResult result =
        stage.run(Attack.of("channel/t06_malformed.py").tools(ToolRegistry.of(echo(calls))));
    int wrong = ChannelResults.requireAll(result, "wrong", "MALFORMED");
    int fine = ChannelResults.requireAll(result, "fine", "ok");
    ChannelResults.requireDiscreet(result);
    Unmet.unless(calls.get() == fine, () -> calls + " calls were run");
    return Finding.held(wrong + " malformed calls answered so; " + fine + " others were run");
  }

  /** T7. */
  static Finding deep(Stage stage) {
    AtomicInteger calls = new AtomicInteger();
    ExecutionResult result =
        stage.run(Attack.of("channel/t07_depth.py").tools(ToolRegistry.of(echo(calls))));
    ChannelResults.require(
        result,
        "ends",
        Map.of(
            "arguments, by the library", "ValueError",
            "result, by the library", "ValueError",
            "arguments of a few levels", "ok",
            "lists", "MALFORMED",
            "objects", "MALFORMED",
            "lists that do not end", "MALFORMED"));
    ChannelResults.requireDiscreet(result);
    Unmet.unless(calls.get() == 1, () -> calls + " calls were run");
    ExecutionResult deepResult = stage.run(Attack.of("channel/t07_deep_result.py"));
    ChannelResults.requireViolation(deepResult, "a deep result");
    return Finding.held(
        "deep arguments are an error in the library and in a frame, 100 levels are not; a deep"
            + " result ends its program");
  }

  private static Tool<Value, Object> echo(AtomicInteger calls) {
    return Tool.of(
        "echo",
        Value.class,
        Object.class,
        value -> {
          calls.incrementAndGet();
          return value.value();
        });
  }

  /** T10. */
  static Finding foreignNames(Stage stage) {
    AtomicInteger searches = new AtomicInteger();
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t10_names.py")
                .tools(ToolRegistry.of(ChannelTools.counting("orders.search", searches))));
    int foreign = ChannelResults.requireAll(result, "foreign", "DENIED");
    ChannelResults.require(result, "own", 1L);
    ChannelResults.requireDiscreet(result);
    long denied =
        result.toolCalls().stream().filter(call -> call.status() == ToolCallStatus.DENIED).count();
    Unmet.unless(
        searches.get() == 1 && denied == foreign,
        () -> searches + " calls were run, " + denied + " are told as denied");
    return Finding.held(foreign + " other names were DENIED, the right one was run");
  }

  /** T18. */
  static Finding forkedChildren(Stage stage) {
    AtomicInteger calls = new AtomicInteger();
    ToolRegistry tools =
        ToolRegistry.of(
            Tool.of(
                "same",
                Text.class,
                Integer.class,
                text -> {
                  calls.incrementAndGet();
                  boolean isSame = text.text().chars().distinct().count() == 1;
                  return isSame ? text.text().length() : -1;
                }));
    ExecutionResult result = stage.run(Attack.of("channel/t18_forked_children.py").tools(tools));
    ChannelResults.require(result, "children", Collections.nCopies(8, "ISO-TOOL-FORKED"));
    ChannelResults.require(result, "threads", Collections.nCopies(60, "whole"));
    Unmet.unless(calls.get() == 60, () -> calls + " calls were run");
    return Finding.held(
        "8 children were told ISO-TOOL-FORKED; 60 long calls of 6 threads arrived whole meanwhile");
  }
}
