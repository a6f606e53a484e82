package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.SteppedBackend.SteppedSandbox;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.workspace.DiskWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/**
 * One execution to which several things happen at once, in the order of one schedule; then now and
 * again, unless the runtime was closed, another one in the same workspace.
 */
final class Race {
  private static final long HORIZON = Duration.ofMillis(420).toNanos();

  /** Longer than anything may take that is not held up. */
  private static final long END = Duration.ofSeconds(3).toNanos();

  private final Set<RaceEvent> events;
  private final Path directory;
  private final Random random;
  private final Schedule schedule;
  private final VirtualTimers timers;
  private final SteppedBackend backend;
  private final SupervisedRuntime runtime;
  private final boolean goesOn;
  private final RacedTools tools = new RacedTools(this::isOver);
  private final EventCollector collector = new EventCollector();
  private volatile boolean over;
  private volatile ExecutionResult result;

  Race(Set<RaceEvent> events, long seed, Path directory) {
    this.events = events;
    this.directory = directory;
    random = new Random(seed);
    schedule = new Schedule(random.nextLong());
    goesOn = !events.contains(RaceEvent.CLOSE) && random.nextInt(4) == 0;
    timers = new VirtualTimers(schedule, moment(), HORIZON, END);
    Script raced = new RacedProgram(events, new Random(random.nextLong()), () -> over = true);
    backend = new SteppedBackend(schedule, n -> n == 0 ? raced : Race::plain);
    runtime =
        new SupervisedRuntime(
            backend,
            new SupervisorConfig(
                SandboxProfile.defaults(), Set.of(), directory.getParent(), Optional.empty(), 0),
            ScheduledThreads.of(schedule, timers));
  }

  /** Some turn of a schedule, few of which take more. */
  private int moment() {
    return random.nextInt(120);
  }

  private static void plain(Init init) throws IOException {
    init.start();
    init.end();
  }

  private boolean isOver() {
    return over || result != null || backend.sandboxes.stream().anyMatch(SteppedSandbox::isDying);
  }

  /** Runs it and checks everything; returns how it ended. */
  String run() throws IOException {
    schedule.spawn("embedder", this::embed);
    schedule.run();
    checkEvents();
    assertEquals(List.of(), tools.late(), "a tool began after the decision");
    assertTrue(
        result.toolCalls().stream().noneMatch(call -> call.id() == 9),
        "a call after the outcome was taken");
    assertEquals(
        tools.effects().size(), new HashSet<>(tools.effects()).size(), "a call was run twice");
    assertEquals(0, timers.pending(), "timers are left");
    backend.sandboxes.forEach(sandbox -> assertTrue(sandbox.isProvenGone(), "a sandbox is left"));
    new DiskWorkspace(directory, workspace -> {}).close(); // throws if the lock is held
    return RaceEvent.label(result.outcome());
  }

  /** Whether a tool was given up: the interrupt did not reach it within a second. */
  boolean hasAbandoned() {
    return result.toolCalls().stream().anyMatch(call -> call.status() == ToolCallStatus.ABANDONED);
  }

  /** Who went on from where, in order. */
  List<String> trace() {
    return schedule.trace();
  }

  private void embed() {
    DiskWorkspace workspace = (DiskWorkspace) runtime.openWorkspace(directory);
    Execution execution =
        runtime.start(
            ExecutionRequest.python("pass")
                .in(workspace)
                .limits(limits())
                .tools(tools.registry(random.nextBoolean()))
                .build());
    execution.result().whenComplete((value, defect) -> ended(value, defect, workspace));
    execution.events().subscribe(collector);
    happenings(execution);
    Schedule.await("waits for the result", () -> result != null && collector.isComplete());
    if (goesOn) {
      next(workspace);
    }
    runtime.close();
  }

  private ExecutionLimits limits() {
    Duration never = Duration.ofDays(1);
    return ExecutionLimits.builder()
        .wallTime(events.contains(RaceEvent.TIMEOUT) ? Duration.ofMillis(250) : never)
        .startTime(events.contains(RaceEvent.START_EXPIRY) ? Duration.ofMillis(150) : never)
        .cpuTime(Duration.ofSeconds(1))
        .parallelToolCalls(1 + random.nextInt(3))
        .build();
  }

  private void happenings(Execution execution) {
    if (events.contains(RaceEvent.CANCEL)) {
      happens(
          "cancel",
          () -> {
            execution.cancel();
            over = true;
          });
    }
    if (events.contains(RaceEvent.CLOSE)) {
      happens(
          "close",
          () -> {
            runtime.close();
            assertNotNull(result, "closed before the result");
          });
    }
    if (events.contains(RaceEvent.CHANNEL_LOSS)) {
      happens("loss", () -> sandbox().loseChannel());
    }
    if (events.contains(RaceEvent.MEMORY)) {
      happens("memory", () -> consume(Duration.ZERO, 1));
    }
    if (events.contains(RaceEvent.CPU)) {
      happens("cpu", () -> consume(Duration.ofSeconds(2), 0));
    }
  }

  private void happens(String name, Runnable what) {
    int turns = moment();
    schedule.spawn(
        name,
        () -> {
          Schedule.bide(turns);
          what.run();
        });
  }

  private SteppedSandbox sandbox() {
    Schedule.await("waits for a sandbox", () -> !backend.sandboxes.isEmpty());
    return backend.sandboxes.get(0);
  }

  private void consume(Duration cpu, long kills) {
    SteppedSandbox sandbox = sandbox();
    sandbox.consumption =
        new Consumption(Optional.of(cpu), OptionalLong.empty(), kills, 0).or(sandbox.consumption);
  }

  /** On the thread that gives the result: by then all must be gone. */
  private void ended(ExecutionResult value, Throwable defect, DiskWorkspace workspace) {
    if (defect != null) {
      schedule.fail(defect);
      return;
    }
    try {
      assertNull(result, "there were two results");
      result = value;
      Set<String> legal = RaceEvent.outcomes(events);
      String outcome = RaceEvent.label(value.outcome());
      assertTrue(legal.contains(outcome), () -> outcome + " in a race of " + events);
      boolean lossy =
          events.contains(RaceEvent.CHANNEL_LOSS) || events.contains(RaceEvent.BROKEN_FRAME);
      assertTrue(value.notes().stream().allMatch(note -> lossy && isLoss(note)), value::toString);
      assertEquals(0, timers.pending(), "timers are left at the result");
      for (SteppedSandbox sandbox : backend.sandboxes) {
        assertTrue(sandbox.isProvenGone(), "the result came before the proof");
      }
      if (!events.contains(RaceEvent.CLOSE)) {
        workspace.acquire(); // throws if it is busy
        workspace.free();
      }
      checkRecords(value);
    } catch (AssertionError | IsoException | IOException e) {
      schedule.fail(e);
    }
  }

  private static boolean isLoss(String note) {
    return note.startsWith("Init was gone before it had sent all");
  }

  private void next(Workspace workspace) {
    Execution execution = runtime.start(ExecutionRequest.python("pass").in(workspace).build());
    var next = execution.result().toCompletableFuture();
    Schedule.await("waits for the next execution", next::isDone);
    assertEquals(new Outcome.Completed(), next.join().outcome());
  }

  private void checkEvents() {
    List<ExecutionEvent> seen = collector.events();
    ExecutionEvent last = seen.get(seen.size() - 1);
    assertEquals(result, assertInstanceOf(ExecutionEvent.Finished.class, last).result());
    assertEquals(1, count(seen, ExecutionEvent.Finished.class));
    long started = count(seen, ExecutionEvent.ToolStarted.class);
    assertEquals(started, count(seen, ExecutionEvent.ToolEnded.class), () -> seen.toString());
    assertEquals(started, result.toolCalls().size());
    assertEquals(started, result.toolCalls().stream().map(ToolCall::id).distinct().count());
  }

  private static long count(List<ExecutionEvent> events, Class<?> type) {
    return events.stream().filter(type::isInstance).count();
  }

  private void checkRecords(ExecutionResult told) throws IOException {
    Path out = directory.resolve("out");
    var record = Json.parseObject(Files.readAllBytes(out.resolve("execution.json")));
    assertEquals(told.id(), record.get("id").textValue());
    assertEquals(told.outcome().status(), record.get("status").textValue());
    assertEquals(told.toolCalls().size(), record.get("toolCalls").size());
    try (var files = Files.list(out.resolve("calls"))) {
      assertEquals(told.toolCalls().size(), files.filter(Race::isRecord).count());
    }
  }

  private static boolean isRecord(Path file) {
    return !file.getFileName().toString().startsWith("."); // as a file is while it is written
  }
}
