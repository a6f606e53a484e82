package io.isoruntime.benchmarks;

import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The JSON of calls and results, with the strictness that untrusted senders call for. */
public class JsonBenchmark extends TimedBenchmark {
  /** Rows of a table, as arguments or as a result, and tool calls of an execution. */
  @Param({"1", "100"})
  public int rows;

  private byte[] call = {};
  private byte[] table = {};
  private ExecutionResult result = executed(0);

  /** Makes what is parsed and written. */
  @Setup
  public void prepare() {
    String row = "{\"name\":\"a customer\",\"amount\":12.5,\"count\":3,\"paid\":true}";
    String all = "[" + (row + ",").repeat(rows - 1) + row + "]";
    table = all.getBytes(StandardCharsets.UTF_8);
    call =
        ("{\"id\":1,\"tool\":\"orders.book\",\"args\":{\"rows\":" + all + "}}")
            .getBytes(StandardCharsets.UTF_8);
    result = executed(rows);
  }

  private static ExecutionResult executed(int calls) {
    return ExecutionResult.builder("x1", new Outcome.Completed(), Path.of("/workspace"))
        .toolCalls(
            LongStream.rangeClosed(1, calls)
                .mapToObj(
                    id -> new ToolCall(id, "orders.book", ToolCallStatus.OK, Duration.ofMillis(1)))
                .toList())
        .build();
  }

  /** A call's text, to a tree. */
  @Benchmark
  public Object call() throws IOException {
    return Json.parseObject(call);
  }

  /** A result's text, checked as it is when it comes. */
  @Benchmark
  public void check() throws IOException {
    Json.check(table);
  }

  /** A result's text, to the values that an embedder gets. */
  @Benchmark
  public @Nullable Object plain() throws IOException {
    return Json.plain(table);
  }

  /** A whole execution's record. */
  @Benchmark
  public String record() {
    return ExecutionJson.write(result);
  }
}
