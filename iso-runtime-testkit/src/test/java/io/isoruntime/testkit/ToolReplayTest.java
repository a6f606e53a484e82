package io.isoruntime.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.LedgerSummary;
import io.isoruntime.Outcome;
import io.isoruntime.Tool;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolException;
import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.ledger.LedgerChain;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.RecordedResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToolReplayTest {
  @TempDir Path records;

  record Add(double a, double b) {}

  private final Tool<Add, Double> add =
      Tool.of(
          "add",
          Add.class,
          Double.class,
          numbers -> {
            throw new AssertionError("the tool itself was called");
          });
  private final LedgerChain chain = new LedgerChain("x");
  private final LedgerEntries entries = new LedgerEntries("x", ToolRedaction.none());

  @BeforeEach
  void record() throws IOException {
    Files.createDirectory(records.resolve("calls"));
    record(1, ToolCallStatus.OK, ToolDecision.allow(), "{\"a\":1,\"b\":2}", "\"ok\":3.0");
    record(
        2,
        ToolCallStatus.DENIED,
        ToolDecision.deny("OVER_BUDGET", "", null),
        "{\"a\":0,\"b\":0}",
        "\"error\":{\"code\":\"OVER_BUDGET\",\"message\":\"m\",\"retryable\":false}");
    record(
        3,
        ToolCallStatus.TIMED_OUT,
        ToolDecision.allow(),
        "{\"a\":3,\"b\":4}",
        "\"error\":{\"code\":\"TIMED_OUT\",\"message\":\"late\",\"retryable\":true}");
    record(4, ToolCallStatus.CANCELLED, ToolDecision.allow(), "{\"a\":5,\"b\":6}", "\"none\":0");
    seal(chain.entries(), chain.head());
  }

  private void seal(long number, String head) throws IOException {
    Files.writeString(
        records.resolve("execution.json"),
        ExecutionJson.write(
            ExecutionResult.builder("x", new Outcome.Completed(), records)
                .ledger(new LedgerSummary(number, 0, head))
                .build()));
  }

  private void record(
      long id, ToolCallStatus status, ToolDecision decision, String arguments, String reply)
      throws IOException {
    CallRecord record =
        new CallRecord(
            new ToolCall(id, "add", status, Duration.ZERO),
            utf8("{\"args\":" + arguments + "}"),
            utf8("{" + reply + "}"),
            Instant.EPOCH,
            decision);
    LedgerChain.Link link = chain.next(entries.body(record, false));
    Files.write(
        records.resolve("calls").resolve(LedgerChain.fileName(link.sequence(), "add")),
        link.bytes());
    chain.take(link);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What the tool behind the replay answers to a call of this number. */
  private Object call(ToolReplay replay, long id, double a, double b) throws Exception {
    Tool<?, ?> tool = replay.over(ToolRegistry.of(add)).find("add").orElseThrow();
    return answer(tool, id, new Add(a, b));
  }

  private static <I> Object answer(Tool<I, ?> tool, long id, Object arguments) throws Exception {
    FakeWorkspace nowhere = null;
    ExecutionRequest request = ExecutionRequest.python("").build();
    Object answer =
        tool.function()
            .call(
                tool.inputType().cast(arguments),
                new FakeToolContext(new FakeExecution(request, nowhere), id, 0, request))
            .toCompletableFuture()
            .get();
    return new String(((RecordedResult) answer).json(), StandardCharsets.UTF_8);
  }

  private static String code(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(ToolException.class, call).code();
  }

  @Test
  void callsGetWhatWasRecordedHoweverTheirNumbersWereWritten() throws Exception {
    ToolReplay replay = ToolReplay.of(records);
    assertEquals("3.0", call(replay, 1, 1.0, 2.0));
    assertEquals("TIMED_OUT", code(() -> call(replay, 3, 3, 4)));
    replay.assertFollowed();
    assertEquals("REPLAY_UNANSWERED", code(() -> call(replay, 4, 5, 6)));
    replay.assertFollowed();
  }

  @Test
  void whatDiffersAndWhatIsMissingIsNamed() {
    ToolReplay replay = ToolReplay.of(records);
    assertEquals("REPLAY_DIVERGED", code(() -> call(replay, 1, 1, 9)));
    assertEquals("REPLAY_DIVERGED", code(() -> call(replay, 7, 1, 2)));
    assertEquals(
        List.of(
            "call 1: expected add{\"a\":1.0,\"b\":2.0}, got add{\"a\":1.0,\"b\":9.0}",
            "call 7: expected no further call, got add{\"a\":1.0,\"b\":2.0}"),
        replay.divergences());
    assertEquals(List.of("call 3: expected add{\"a\":3,\"b\":4}, got none"), replay.missing());
    AssertionError named = assertThrows(AssertionError.class, replay::assertFollowed);
    assertTrue(String.valueOf(named.getMessage()).contains("got none"));
  }

  @Test
  void inAnyOrderEachRecordedCallAnswersOnce() throws Exception {
    ToolReplay replay = ToolReplay.of(records).inAnyOrder();
    assertEquals("TIMED_OUT", code(() -> call(replay, 1, 3, 4)));
    assertEquals("3.0", call(replay, 2, 1, 2));
    replay.assertFollowed();
    assertEquals("REPLAY_DIVERGED", code(() -> call(replay, 3, 1, 2)));
  }

  @Test
  void aRecordingThatWasChangedIsRefused() throws Exception {
    Path first = records.resolve("calls/0001-add.json");
    Files.writeString(first, Files.readString(first).replace("3.0", "4.0"));
    IsoException refused = assertThrows(IsoException.class, () -> ToolReplay.of(records));
    assertEquals(ErrorCode.LEDGER_UNUSABLE, refused.problem().code());
    assertTrue(refused.problem().cause().contains("entry 1"), refused.problem()::cause);
  }

  @Test
  void aRecordingThatAFunctionRedactedIsRefusedHoweverItLooks() throws Exception {
    ToolRedaction stars =
        ToolRedaction.none().andBy((tool, told) -> Map.of("arguments", Map.of("a", 0, "b", 0)));
    CallRecord record =
        new CallRecord(
            new ToolCall(1, "add", ToolCallStatus.OK, Duration.ZERO),
            utf8("{\"args\":{\"a\":1,\"b\":2}}"),
            utf8("{\"id\":1}"),
            Instant.EPOCH,
            ToolDecision.allow());
    LedgerChain.Link link =
        new LedgerChain("x").next(new LedgerEntries("x", stars).body(record, false));
    for (long entry = 2; entry <= chain.entries(); entry++) {
      Files.delete(records.resolve("calls").resolve(LedgerChain.fileName(entry, "add")));
    }
    Files.write(records.resolve("calls/0001-add.json"), link.bytes());
    seal(1, link.digest());
    IsoException refused = assertThrows(IsoException.class, () -> ToolReplay.of(records));
    assertEquals(ErrorCode.LEDGER_UNUSABLE, refused.problem().code());
    assertTrue(refused.problem().cause().contains("without all"), refused.problem()::cause);
  }
}
