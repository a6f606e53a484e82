package io.isoruntime.supervisor;

import io.isoruntime.Tool;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** Tools that remember when their side effects began. */
final class RacedTools {
  private final BooleanSupplier over;
  private final List<Integer> effects = new CopyOnWriteArrayList<>();
  private final List<Integer> late = new CopyOnWriteArrayList<>();

  /** Asks whether the execution is known to be decided. */
  RacedTools(BooleanSupplier over) {
    this.over = over;
  }

  record Call(int id) {
    Call {
      Schedule.step("binds the arguments");
    }
  }

  ToolRegistry registry(boolean shortDeadline) {
    Duration deadline = shortDeadline ? Duration.ofMillis(200) : Duration.ofDays(1);
    return ToolRegistry.of(
        Tool.ofContextual("touch", Call.class, Integer.class, this::effect).within(deadline),
        Tool.ofContextual(
                "hang",
                Call.class,
                Integer.class,
                (call, context) -> {
                  effect(call, context);
                  context.onCancel(() -> Schedule.step("tells the tool"));
                  Schedule.hang("is in the tool");
                  return 0;
                })
            .within(deadline),
        Tool.ofAsync(
                "later",
                Call.class,
                Integer.class,
                (call, context) -> {
                  effect(call, context);
                  return new CompletableFuture<>();
                })
            .within(deadline));
  }

  private int effect(Call call, ToolContext context) {
    if (over.getAsBoolean() || context.isCancelled()) {
      late.add(call.id());
    }
    effects.add(call.id());
    Schedule.step("does its work");
    return call.id();
  }

  /** Calls that began though the execution was decided, or their own time was over. */
  List<Integer> late() {
    return late;
  }

  /** Calls that began. */
  List<Integer> effects() {
    return effects;
  }
}
