package io.isoruntime.cli.bench;

import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;

/** What goes in and out while a program runs: tool calls, output, artifacts. */
public final class Traffic {
  static final int ARTIFACT_BYTES = 64 << 20;

  /** Takes many turns and gives the median of their times. */
  static final String MEDIAN =
      """
      from time import perf_counter_ns
      for _ in range(100):
          turn()
      times = []
      for _ in range(500):
          begin = perf_counter_ns()
          turn()
          times.append(perf_counter_ns() - begin)
      median = sorted(times)[len(times) // 2]
      """;

  /** Prints 64 MiB. */
  static final String PRINT =
      """
      import sys
      from time import perf_counter_ns
      piece = b"x" * (1 << 16)
      begin = perf_counter_ns()
      for _ in range(1024):
          sys.stdout.buffer.write(piece)
      sys.stdout.flush()
      took = perf_counter_ns() - begin
      """;

  private static final String CALL =
      "from iso import set_result\nfrom tools import ping as turn\n"
          + MEDIAN
          + "set_result(median)\n";
  private static final String OUTPUT = PRINT + "from iso import set_result\nset_result(took)\n";

  /** The monotonic clock is the one of {@link System#nanoTime}, here and there. */
  private static final String ARTIFACT =
      """
      import os
      from iso import set_result
      from time import monotonic_ns
      piece = os.urandom(1 << 20)
      with open("artifact", "wb") as file:
          for _ in range(64):
              file.write(piece)
      set_result(monotonic_ns())
      """;

  /** What the tool takes. */
  record Nothing() {}

  private Traffic() {}

  /**
   * Ours, each beside what it is compared with.
   *
   * @param runtimes makes a runtime for each of ours
   * @param python an interpreter that is not isolated
   */
  public static List<Contender> contenders(Supplier<Runtime> runtimes, String python) {
    ToolRegistry ping =
        ToolRegistry.of(Tool.of("ping", Nothing.class, Integer.class, nothing -> 1));
    return List.of(
        ours("toolCall", "iso, a tool call (median of 500)", runtimes, CALL, ping, took -> took),
        new SocketPingPong(python),
        ours(
            "stdout",
            "iso, 64 MiB of output, until the program has written it",
            runtimes,
            OUTPUT,
            ToolRegistry.empty(),
            took -> took),
        new RawPipe(python),
        ours(
            "artifacts",
            "iso, an artifact of 64 MiB, from the program's end to the result",
            runtimes,
            ARTIFACT,
            ToolRegistry.empty(),
            ended -> System.nanoTime() - ended),
        new FileCopy());
  }

  private static Contender ours(
      String name,
      String title,
      Supplier<Runtime> runtimes,
      String code,
      ToolRegistry tools,
      LongUnaryOperator nanos) {
    return new SelfTimedContender(
        new RuntimeContender(name, title, runtimes.get(), code, tools), nanos);
  }
}
