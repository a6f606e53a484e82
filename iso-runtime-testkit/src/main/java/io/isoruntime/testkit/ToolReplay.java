package io.isoruntime.testkit;

import static java.util.Objects.requireNonNull;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.LedgerEntry;
import io.isoruntime.Problem;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolContext;
import io.isoruntime.ToolException;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.ledger.LedgerReader;
import io.isoruntime.supervisor.ledger.LedgerReport;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import io.isoruntime.supervisor.tools.RecordedResult;
import io.isoruntime.supervisor.tools.SentArguments;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Answers tool calls from the ledger of an earlier execution, without the tools: for a test that an
 * agent's program still asks the same. It replays one execution; thread-safe.
 *
 * <pre>{@code
 * ToolReplay replay = ToolReplay.of(Path.of("src/test/resources/orders-run"));
 * runtime.execute(ExecutionRequest.python(code).tools(replay.over(tools)).build());
 * replay.assertFollowed();
 * }</pre>
 *
 * <p>A call that differs from the recorded one gets the {@code ToolError} {@code REPLAY_DIVERGED},
 * and {@link #assertFollowed} names it. Calls that the tool never got (denied, over budget, wrong
 * arguments) are not replayed: they come about again by the request's own policy.
 */
public final class ToolReplay {
  private final Map<Long, LedgerEntry> left = new LinkedHashMap<>();
  private final List<String> divergences = new ArrayList<>();
  private final boolean anyOrder;

  private ToolReplay(Iterable<LedgerEntry> entries, boolean anyOrder) {
    entries.forEach(entry -> left.put(entry.callId(), entry));
    this.anyOrder = anyOrder;
  }

  /**
   * Reads what {@link #save} wrote, or the last execution's records of a workspace.
   *
   * @throws IsoException if the ledger is not intact, or lacks values because they were redacted or
   *     larger than 256 KiB ({@link ErrorCode#LEDGER_UNUSABLE})
   */
  public static ToolReplay of(Path directory) {
    Path out = directory.resolve("out");
    Path records = Files.isDirectory(out) ? out : directory;
    try {
      LedgerReport report = LedgerVerifier.records(records);
      if (report.fault() != null) {
        throw unusable(
            directory + ": " + report.fault().message() + ".",
            "Record the execution again, and leave its files as they are.");
      }
      Path calls = records.resolve("calls");
      boolean any = Files.isDirectory(calls);
      List<LedgerEntry> entries = any ? LedgerReader.entries(calls) : List.of();
      Set<Long> withheld = any ? LedgerReader.withheld(calls) : Set.of();
      entries = entries.stream().filter(ToolReplay::reachedItsTool).toList();
      entries.forEach(entry -> requireWhole(entry, withheld));
      return new ToolReplay(entries, false);
    } catch (IOException e) {
      throw unusable(directory + " can't be read: " + e + ".", "Name a directory with records.");
    }
  }

  private static boolean reachedItsTool(LedgerEntry entry) {
    return entry.decision().allowed() && entry.status() != ToolCallStatus.DENIED;
  }

  private static void requireWhole(LedgerEntry entry, Set<Long> withheld) {
    if (withheld.contains(entry.sequence())
        || lacks(entry.arguments())
        || lacks(entry.result())
        || lacks(entry.error())) {
      throw unusable(
          called(entry) + " was recorded without all of its arguments and result.",
          "Record with a policy without redaction, and with values below 256 KiB.");
    }
  }

  private static boolean lacks(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (map.size() == 1 && (map.containsKey("$redacted") || map.containsKey("$omitted")))
          || map.values().stream().anyMatch(ToolReplay::lacks);
    }
    return value instanceof List<?> list && list.stream().anyMatch(ToolReplay::lacks);
  }

  private static IsoException unusable(String cause, String remedy) {
    return new Problem(ErrorCode.LEDGER_UNUSABLE, cause, "It can't be replayed.", remedy)
        .toException();
  }

  /**
   * Copies what replaying needs of an execution's records into a directory, which is created; at
   * best one among a test's resources.
   */
  public static void save(ExecutionResult result, Path directory) {
    Path out = result.workspace().resolve("out");
    try {
      Files.createDirectories(directory.resolve("calls"));
      Files.copy(out.resolve("execution.json"), directory.resolve("execution.json"));
      try (Stream<Path> calls = Files.list(out.resolve("calls"))) {
        for (Path call : (Iterable<Path>) calls::iterator) {
          Files.copy(call, directory.resolve("calls").resolve(call.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same for a program whose calls come in another order each time, such as from threads: each
   * gets the answer of a recorded call of the same tool with the same arguments.
   */
  public synchronized ToolReplay inAnyOrder() {
    return new ToolReplay(left.values(), true);
  }

  /** The same tools, answered from the recording; their own functions are never called. */
  public ToolRegistry over(ToolRegistry tools) {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    tools.tools().forEach(tool -> builder.add(replayed(tool)));
    return builder.build();
  }

  private <I, O extends @Nullable Object> Tool<I, O> replayed(Tool<I, O> tool) {
    return tool.answeredBy(
        (arguments, context) -> answer(tool, requireNonNull(arguments), context));
  }

  @SuppressWarnings("unchecked") // the dispatcher sends it as it is, and nobody else sees it
  private <O extends @Nullable Object> CompletionStage<O> answer(
      Tool<?, O> tool, Object arguments, ToolContext context) throws IOException {
    LedgerEntry recorded = take(tool, SentArguments.of(arguments), context.callId());
    if (recorded.status() == ToolCallStatus.OK) {
      return (CompletionStage<O>)
          CompletableFuture.completedFuture(new RecordedResult(Json.bytes(recorded.result())));
    } else if (recorded.error() instanceof Map<?, ?> error) {
      throw new ToolException(
          String.valueOf(error.get("code")),
          String.valueOf(error.get("message")),
          Boolean.TRUE.equals(error.get("retryable")));
    }
    throw new ToolException(
        "REPLAY_UNANSWERED", "The recorded execution ended during this call.", false);
  }

  private synchronized LedgerEntry take(Tool<?, ?> tool, @Nullable Object arguments, long callId)
      throws IOException {
    LedgerEntry expected =
        anyOrder ? first(entry -> isSame(entry, tool, arguments)) : left.get(callId);
    if (expected != null && isSame(expected, tool, arguments)) {
      left.remove(expected.callId());
      return expected;
    }
    LedgerEntry named = expected != null ? expected : anyOrder ? first(entry -> true) : null;
    if (!anyOrder) {
      left.remove(callId);
    }
    String divergence =
        "call "
            + callId
            + ": expected "
            + (named == null ? "no further call" : called(named, tool))
            + ", got "
            + tool.name()
            + Json.text(arguments);
    divergences.add(divergence);
    throw new ToolException("REPLAY_DIVERGED", divergence, false);
  }

  private @Nullable LedgerEntry first(Predicate<LedgerEntry> wanted) {
    return left.values().stream().filter(wanted).findFirst().orElse(null);
  }

  private static boolean isSame(LedgerEntry entry, Tool<?, ?> tool, @Nullable Object arguments) {
    Object recorded = arguments(entry, tool);
    return recorded != null && recorded.equals(arguments);
  }

  /** What the tool would get of them; {@code null} where they are another tool's or don't fit. */
  private static @Nullable Object arguments(LedgerEntry entry, Tool<?, ?> tool) {
    try {
      return entry.tool().equals(tool.name())
          ? SentArguments.of(tool, Json.bytes(entry.arguments()))
          : null;
    } catch (IOException e) {
      return null; // what was recorded does not fit the tool as it is declared now
    }
  }

  /** In the form of what came, so that the two differ in nothing but what is different. */
  private static String called(LedgerEntry entry, Tool<?, ?> tool) {
    Object recorded = arguments(entry, tool);
    return recorded == null ? called(entry) : entry.tool() + Json.text(recorded);
  }

  private static String called(LedgerEntry entry) {
    return entry.tool() + Json.text(entry.arguments());
  }

  /** What differed so far: which call, what was expected, what came. */
  public synchronized List<String> divergences() {
    return List.copyOf(divergences);
  }

  /** The recorded calls that were not made so far. */
  public synchronized List<String> missing() {
    return left.values().stream()
        .filter(entry -> entry.error() != null || entry.status() == ToolCallStatus.OK)
        .filter(entry -> entry.status() != ToolCallStatus.BUSY)
        .map(entry -> "call " + entry.callId() + ": expected " + called(entry) + ", got none")
        .toList();
  }

  /**
   * Requires that the calls were the recorded ones, all of them; to be called once the execution is
   * over.
   *
   * @throws AssertionError naming each that was not
   */
  public void assertFollowed() {
    List<String> all = new ArrayList<>(divergences());
    all.addAll(missing());
    if (!all.isEmpty()) {
      throw new AssertionError(
          "The execution did not follow its recording:\n  " + String.join("\n  ", all));
    }
  }
}
