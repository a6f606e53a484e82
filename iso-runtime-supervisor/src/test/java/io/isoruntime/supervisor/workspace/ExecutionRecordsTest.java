package io.isoruntime.supervisor.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolRedaction;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(
    value = 60,
    threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what waits here heeds no interrupt
class ExecutionRecordsTest {
  private static final int LARGE = 200_000;

  @TempDir Path root;

  private ExecutionRecords records(Executor writers, String code) {
    ExecutionRecords records =
        new ExecutionRecords(
            new WorkspaceLayout(root),
            writers,
            code,
            new LedgerEntries("x1", ToolRedaction.none()),
            entry -> {});
    records.inputs(); // makes the directories
    return records;
  }

  private ExecutionResult result(String id) {
    return ExecutionResult.builder(id, new Outcome.Completed(), root).build();
  }

  private static CallRecord call(long id, int size) {
    String text = "x".repeat(size);
    return new CallRecord(
        new ToolCall(id, "tool", ToolCallStatus.OK, Duration.ZERO),
        ("{\"id\":" + id + ",\"args\":{\"text\":\"" + text + "\"}}")
            .getBytes(StandardCharsets.UTF_8),
        ("{\"id\":" + id + ",\"ok\":" + id + "}").getBytes(StandardCharsets.UTF_8),
        Instant.EPOCH,
        ToolDecision.allow());
  }

  private List<String> names(String directory) throws IOException {
    try (Stream<Path> entries = Files.list(root.resolve(directory))) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theEarlierOnesAreMovedWhole() throws Exception {
    ExecutionRecords first = records(Runnable::run, "first");
    first.begin();
    first.call(call(1, 1));
    first.end(result("one"));
    ExecutionRecords second = records(Runnable::run, "second");
    second.begin();
    second.begin();
    second.awaitBegun();
    second.end(result("two"));
    second.end(result("two"));

    assertEquals(
        List.of("calls", "execution.json", "runtime.err.log", "runtime.out.log"),
        names("runs/one"));
    assertEquals(List.of("0001-tool.json"), names("runs/one/calls"));
    assertEquals(
        List.of("calls", "execution.json", "files", "runtime.err.log", "runtime.out.log"),
        names("out"));
    assertEquals(List.of(), names("out/calls"));
    assertEquals("second", Files.readString(root.resolve("pkg/main.py")));
    assertTrue(Files.readString(root.resolve("out/execution.json")).contains("\"two\""));
  }

  @Test
  void withoutABeginningTheEndMakesUpForIt() throws Exception {
    records(Runnable::run, "first").end(result("one"));
    records(Runnable::run, "second").end(result("two"));

    assertEquals(
        List.of("execution.json", "runtime.err.log", "runtime.out.log"), names("runs/one"));
    assertEquals("second", Files.readString(root.resolve("pkg/main.py")));
  }

  /** Its process was killed. */
  @Test
  void whatWasCutOffIsKeptWithoutItsHalfFile() throws Exception {
    records(Runnable::run, "first").begin();
    assertTrue(names("out").contains(".execution.json.part"));
    records(Runnable::run, "second").end(result("two"));

    List<String> runs = names("runs");
    assertEquals(1, runs.size());
    assertTrue(runs.get(0).startsWith("unfinished-"), () -> runs.toString());
    assertEquals(List.of("runtime.err.log", "runtime.out.log"), names("runs/" + runs.get(0)));
    assertFalse(names("out").contains(".execution.json.part"));
  }

  @Test
  void aDiskThatFailsIsToldAndLeavesNothingHalf() throws Exception {
    ExecutionRecords records = records(Runnable::run, "code");
    Files.createDirectories(root.resolve("pkg/main.py/in-the-way"));
    records.begin();

    IsoException failed = assertThrows(IsoException.class, records::awaitBegun);
    assertEquals(ErrorCode.WORKSPACE_UNUSABLE, failed.problem().code());
    records.end(result("one"));
    assertNotNull(records.failure());
    assertEquals(List.of("calls", "files"), names("out"));
  }

  /** What could not be moved away is still there. */
  @Test
  void aDiskThatFailsCostsNoEarlierRecord() throws Exception {
    ExecutionRecords first = records(Runnable::run, "first");
    first.begin();
    first.end(result("one"));
    Files.createFile(root.resolve("runs/one")); // where its directory is to be
    ExecutionRecords second = records(Runnable::run, "second");
    second.end(result("two"));

    assertNotNull(second.failure());
    assertEquals(
        List.of("calls", "execution.json", "files", "runtime.err.log", "runtime.out.log"),
        names("out"));
    assertTrue(Files.readString(root.resolve("out/execution.json")).contains("\"one\""));
  }

  /** Also while nothing is written for a while, and more waits than is held as it came. */
  @Test
  void allCallsAreWrittenInTheirOrder() throws Exception {
    List<Runnable> later = new ArrayList<>();
    ExecutionRecords records = records(later::add, "code");
    records.begin();
    int calls = 30;
    IntStream.rangeClosed(1, calls).forEach(id -> records.call(call(id, LARGE)));
    assertEquals(1, later.size());
    later.get(0).run();
    records.end(result("one"));

    assertEquals(calls, names("out/calls").size());
    for (int id = 1; id <= calls; id++) {
      String json = Files.readString(root.resolve(String.format("out/calls/%04d-tool.json", id)));
      assertTrue(json.contains("\"result\":" + id + ","), () -> json.substring(0, 50));
      assertTrue(json.length() > LARGE);
    }
  }

  @Test
  void theEndWaitsForWhatIsStillToBeWritten() throws Exception {
    List<Runnable> later = new ArrayList<>();
    ExecutionRecords records = records(later::add, "code");
    records.begin();
    records.call(call(1, 1));
    CompletableFuture<Void> end = CompletableFuture.runAsync(() -> records.end(result("one")));
    assertThrows(TimeoutException.class, () -> end.get(200, TimeUnit.MILLISECONDS));
    later.get(0).run();
    end.get(20, TimeUnit.SECONDS);

    assertEquals(List.of("0001-tool.json"), names("out/calls"));
    assertTrue(names("out").contains("execution.json"));
  }

  @Test
  void withoutAThreadToWriteTheCallerDoes() throws Exception {
    ExecutionRecords records =
        records(
            task -> {
              throw new RejectedExecutionException("no thread");
            },
            "code");
    records.begin();
    records.call(call(1, 1));
    records.end(result("one"));

    assertEquals(List.of("0001-tool.json"), names("out/calls"));
    assertTrue(names("out").contains("execution.json"));
  }
}
