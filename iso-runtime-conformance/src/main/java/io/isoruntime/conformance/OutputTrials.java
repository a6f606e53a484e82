package io.isoruntime.conformance;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.OutputText;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Trials with more output than anybody wants, and the heap that must not grow by it. */
final class OutputTrials {
  private static final long MUCH = 24;
  private static final long FLAT_BYTES = 12L << 20;
  private static final Duration WALL = Duration.ofSeconds(120);

  private OutputTrials() {}

  /** No arguments. */
  record Nothing() {}

  static Finding flood(Stage stage) {
    long mebibytes = stage.platform() == Platform.SUBPROCESS_ROOT ? 512 : 64;
    Attack attack = Attack.of("resources/r09_flood.py");
    Flood flood = flat(stage, attack, mebibytes, 2 * mebibytes);
    for (OutputText text : List.of(flood.result.stdout(), flood.result.stderr())) {
      Unmet.unless(
          text.text().startsWith("first line\nxxx") && text.text().endsWith("x\nlast line\n"),
          () -> "head or tail is missing: " + Describe.result(flood.result));
    }
    return Finding.held(flood.evidence);
  }

  /** Beyond what an int can count, where that does not take minutes. */
  static Finding line(Stage stage) {
    long mebibytes = stage.platform() == Platform.SUBPROCESS_ROOT ? 2_049 : 64;
    Flood flood = flat(stage, Attack.of("resources/r10_line.py"), mebibytes, mebibytes);
    String text = flood.result.stdout().text();
    Unmet.unless(
        text.startsWith("\uFFFD\uFFFD\uFFFD") && text.lines().count() == 3,
        () -> "not decoded with replacements: " + Describe.result(flood.result));
    return Finding.held(flood.evidence);
  }

  private record Flood(ExecutionResult result, String evidence) {}

  /** Runs it with little and, to show that the measure tells, with much to be kept. */
  private static Flood flat(Stage stage, Attack attack, long mebibytes, long expected) {
    AtomicLong much = new AtomicLong();
    ExecutionResult control = run(stage, attack.with("mebibytes", MUCH), MUCH << 20, much);
    Unmet.unless(
        control.isCompleted() && much.get() > FLAT_BYTES,
        () -> "the heap grew by " + much + " with much to be kept: " + Describe.result(control));
    AtomicLong little = new AtomicLong();
    ExecutionResult result = run(stage, attack.with("mebibytes", mebibytes), 64 << 10, little);
    long total = result.stdout().totalBytes() + result.stderr().totalBytes();
    Unmet.unless(
        result.isCompleted()
            && total >= expected << 20
            && result.stdout().truncated()
            && result.limit().equals(Optional.of(Limit.OUTPUT)),
        () -> total + " bytes: " + Describe.result(result));
    Unmet.unless(little.get() < FLAT_BYTES, () -> "the heap grew by " + little + " bytes");
    return new Flood(
        result,
        String.format(
            "%d MiB in %d ms, of which %d characters are kept; heap %+d KiB, and %+d KiB where much"
                + " is to be kept",
            total >> 20,
            result.usage().wall().toMillis(),
            result.stdout().text().length(),
            little.get() >> 10,
            much.get() >> 10));
  }

  /** The program calls when all is written. */
  private static ExecutionResult run(Stage stage, Attack attack, long kept, AtomicLong grown) {
    long before = Heap.usedBytes();
    Tool<Nothing, Boolean> height =
        Tool.of(
            "height",
            Nothing.class,
            Boolean.class,
            nothing -> {
              grown.set(Heap.usedBytes() - before);
              return true;
            });
    return stage.run(
        attack
            .tools(ToolRegistry.of(height))
            .within(
                ExecutionLimits.builder().wallTime(stage.allow(WALL)).outputBytes(kept).build()));
  }
}
