package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.conformance.ChannelTools.Nothing;
import io.isoruntime.conformance.ChannelTools.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Trials of what a program does to the pipes that it was given. */
final class PipeTrials {
  private static final List<String> GARBAGE =
      List.of(
          "noise",
          "text",
          "HELLO",
          "STDOUT",
          "EXITED",
          "EMPTY",
          "FILE",
          "KILL",
          "REPLY",
          "unknown",
          "second STARTED",
          "END twice",
          "a call without id",
          "a call that is no object",
          "a call that is empty",
          "a result that is no JSON");

  /** As many sandboxes at once as every host bears. */
  private static final int AT_ONCE = 4;

  private PipeTrials() {}

  /**
   * Where several run at once, it is in a runtime of the trial's own, since an engine's client
   * keeps connections.
   */
  private static Execution start(Stage stage, Runtime runtime, Attack attack) {
    return runtime.start(stage.request(attack).in(stage.workspace(runtime)).build());
  }

  private static ExecutionResult result(Execution execution) {
    return execution.result().toCompletableFuture().join();
  }

  /** T8. */
  static Finding stalling(Stage stage) {
    Duration time = stage.allow(Duration.ofSeconds(3));
    ExecutionLimits limits = stage.limits().toBuilder().wallTime(time).build();
    List<String> ways = List.of("half open", "slow", "unread");
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    CountDownLatch ready = new CountDownLatch(ways.size());
    Tool<Nothing, Object> wait =
        Tool.of(
            "all_stall",
            Nothing.class,
            Object.class,
            nothing -> ready.await(stage.limits().wallTime().toSeconds(), TimeUnit.SECONDS));
    Execution served =
        start(
            stage,
            runtime,
            Attack.of("channel/t08_served.py")
                .tools(ToolRegistry.of(wait, ChannelTools.answering("one", 1))));
    Tool<Nothing, Object> told =
        Tool.of(
            "ready",
            Nothing.class,
            Object.class,
            nothing -> {
              ready.countDown();
              return true;
            });
    ToolRegistry tools = ToolRegistry.of(told, ChannelTools.answering("big", "x".repeat(1 << 20)));
    Map<String, Execution> stalled = new LinkedHashMap<>();
    for (String how : ways) {
      Attack attack =
          Attack.of("channel/t08_stalling.py")
              .with("how", how)
              .with("pace", time.toMillis() / 6_000.0); // far from all of a frame by then
      stalled.put(how, start(stage, runtime, attack.tools(tools).within(limits)));
    }
    ChannelResults.require(result(served), "sum", 50L);
    Unmet.unless(ready.getCount() == 0, () -> ready.getCount() + " did not stall meanwhile");
    stalled.forEach(
        (how, execution) -> {
          ExecutionResult result = result(execution);
          Duration wall = result.usage().wall();
          Unmet.unless(
              result.outcome() instanceof Outcome.TimedOut
                  && wall.compareTo(time.plus(stage.allow(Duration.ofSeconds(5)))) < 0,
              () -> how + ", after " + wall + ": " + Describe.result(result));
        });
    return Finding.held(
        ways
            + " timed out after "
            + time.toMillis()
            + " ms; 50 calls of another were served meanwhile");
  }

  /** T15. */
  static Finding garbage(Stage stage) {
    Runtime runtime = stage.ownRuntime(Attack.SMALL);
    for (int first = 0; first < GARBAGE.size(); first += AT_ONCE - 1) {
      Map<String, Execution> hostile = new LinkedHashMap<>();
      Execution neighbour = start(stage, runtime, garbage("nothing"));
      for (String kind : GARBAGE.subList(first, Math.min(first + AT_ONCE - 1, GARBAGE.size()))) {
        hostile.put(kind, start(stage, runtime, garbage(kind)));
      }
      hostile.forEach(
          (kind, execution) -> ChannelResults.requireViolation(result(execution), kind));
      ChannelResults.requireCompleted(result(neighbour), "one beside " + hostile.keySet());
    }
    return Finding.held(
        String.join(", ", GARBAGE) + ": each ended its execution; those beside them completed");
  }

  private static Attack garbage(String kind) {
    return Attack.of("channel/t15_garbage.py")
        .with("kind", kind)
        .tools(ToolRegistry.of(ChannelTools.answering("one", 1)));
  }

  /** T16. */
  static Finding passedSocket(Stage stage) {
    ExecutionResult result = stage.run(Attack.of("channel/t16_passed_socket.py"));
    ChannelResults.require(result, "own socket", "passed");
    int given = ChannelResults.requireAll(result, "given", "ENOTSOCK");
    ChannelResults.require(result, "SO_LINGER", "ENOANO, the policy's own errno");
    return Finding.held(
        "passed over a socket of its own; ENOTSOCK on all "
            + given
            + " given descriptors, which are "
            + ChannelResults.told(result, "kinds")
            + "; SO_LINGER: ENOANO, the policy's own errno");
  }

  /**
   * T17. An init that does not prove its sandbox empty within a second is killed from outside, and
   * a note tells of what it did not send.
   */
  static Finding drained(Stage stage) {
    Killed asleep = kill(stage, false);
    Unmet.unless(asleep.notes().isEmpty(), () -> "killed asleep: " + asleep);
    List<Killed> hostile = new ArrayList<>();
    // An init that waits for the program never answers; one that a busy host delays does at last.
    while (hostile.size() < 3) {
      Killed killed = kill(stage, true);
      hostile.add(killed);
      if (killed.notes().isEmpty()) {
        return Finding.held("init proved it empty: " + hostile + "; killed asleep: " + asleep);
      }
    }
    return Finding.failed("init did not answer within a second: " + hostile);
  }

  private record Killed(String output, long millis, List<String> notes) {}

  private static Killed kill(Stage stage, boolean hostile) {
    CompletableFuture<String> ready = new CompletableFuture<>();
    CompletableFuture<Boolean> unread = new CompletableFuture<>();
    AtomicInteger calls = new AtomicInteger();
    Tool<Text, Object> told =
        Tool.of("ready", Text.class, Object.class, how -> ready.complete(how.text()));
    String big = "x".repeat(256 << 10);
    Tool<Nothing, Object> bigAnswer =
        Tool.of(
            "big",
            Nothing.class,
            Object.class,
            nothing -> {
              if (calls.incrementAndGet() == 40) {
                unread.complete(true);
              }
              return big;
            });
    Execution execution =
        start(
            stage,
            stage.runtime(),
            Attack.of("channel/t17_drained.py")
                .with("hostile", hostile)
                .tools(ToolRegistry.of(told, bigAnswer)));
    CompletableFuture<?> set =
        hostile ? CompletableFuture.allOf(ready, unread) : CompletableFuture.allOf(ready);
    CompletableFuture.anyOf(set, execution.result().toCompletableFuture()).join();
    long begin = System.nanoTime();
    execution.cancel();
    ExecutionResult result = result(execution);
    Unmet.unless(result.outcome() instanceof Outcome.Cancelled, () -> Describe.result(result));
    return new Killed(ready.join(), (System.nanoTime() - begin) / 1_000_000, result.notes());
  }

  /** T19. */
  static Finding late(Stage stage) {
    String init = HostileInitTrials.lateCalls(stage);
    AtomicInteger calls = new AtomicInteger();
    ExecutionResult result =
        stage.run(
            Attack.of("channel/t19_late_call.py")
                .tools(
                    ToolRegistry.of(
                        Tool.of(
                            "effect", Text.class, Object.class, text -> calls.incrementAndGet()))));
    int then = calls.get();
    ChannelResults.requireCompleted(result, "a child that calls on");
    Unmet.unless(
        then >= 1 && then <= result.toolCalls().size(),
        () -> then + " calls were run, " + result.toolCalls().size() + " are told");
    ChannelResults.requireCompleted(stage.run(garbage("nothing")), "the next one");
    Unmet.unless(calls.get() == then, () -> (calls.get() - then) + " ran after the outcome");
    return Finding.held(init + "; program: " + then + " calls were run, all before the outcome");
  }
}
