package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.SupervisedRuntime;
import io.isoruntime.supervisor.SupervisorConfig;
import io.isoruntime.supervisor.spi.Token;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Trials in which init itself is the attacker, and the supervisor's listening side the goal. */
final class HostileInitTrials {
  private static final String CODE = "pass";
  private static final Duration SOON = Duration.ofMillis(300);

  /**
   * One that is let in wrongly says no more, and would otherwise be waited for as long as usual.
   */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private HostileInitTrials() {}

  /** T1. */
  static Finding badTokens(Stage stage) {
    CompletableFuture<byte[]> ended = new CompletableFuture<>();
    ExecutionResult honest =
        run(
            stage,
            (wire, token) -> {
              ended.complete(token.secret());
              whole(wire, token);
            });
    ChannelResults.requireCompleted(honest, "the right token");
    Map<String, HostileInit.Script> wrong = new LinkedHashMap<>();
    wrong.put("another", (wire, token) -> wire.hello(Token.random().secret()));
    wrong.put("that of an execution that ended", (wire, token) -> wire.hello(ended.join()));
    wrong.put("the right one cut", (wire, token) -> wire.hello(Arrays.copyOf(token.secret(), 31)));
    wrong.put(
        "the right one and more", (wire, token) -> wire.hello(Arrays.copyOf(token.secret(), 33)));
    wrong.put("an empty one", (wire, token) -> wire.hello(new byte[0]));
    wrong.put("no hexadecimal", (wire, token) -> hello(wire, "\"" + "é".repeat(64) + "\""));
    wrong.forEach(
        (what, script) -> requireTurnedAway(stage, what, ErrorCode.CHANNEL_AUTHENTICATION, script));
    Map<String, HostileInit.Script> missing = new LinkedHashMap<>();
    missing.put("a null", (wire, token) -> hello(wire, "null"));
    missing.put("a list", (wire, token) -> hello(wire, "[]"));
    missing.put("none in HELLO", (wire, token) -> wire.send(InitWire.HELLO, "{\"protocol\":3}"));
    missing.put("no HELLO", (wire, token) -> wire.send(InitWire.STARTED, ""));
    missing.forEach(
        (what, script) -> requireTurnedAway(stage, what, ErrorCode.CHANNEL_LOST, script));
    ChannelResults.requireFailure(
        run(stage, (wire, token) -> {}), ErrorCode.CHANNEL_LOST, "no word at all");
    requireLateOneVoid(stage);
    return Finding.held(
        "the right token was let in; turned away unanswered: "
            + String.join(", ", wrong.keySet())
            + ", "
            + String.join(", ", missing.keySet())
            + ", the right one after the time to start");
  }

  private static void hello(InitWire wire, String token) throws IOException {
    wire.send(InitWire.HELLO, "{\"protocol\":3,\"token\":" + token + "}");
  }

  private static void requireTurnedAway(
      Stage stage, String what, ErrorCode code, HostileInit.Script words) {
    CompletableFuture<Boolean> unanswered = new CompletableFuture<>();
    ExecutionResult result =
        run(
            stage,
            ExecutionRequest.python(CODE)
                .limits(ExecutionLimits.builder().startTime(stage.allow(AT_ONCE)).build()),
            (wire, token) -> {
              try {
                words.play(wire, token);
              } finally {
                unanswered.complete(wire.endsUnanswered());
              }
            });
    ChannelResults.requireFailure(result, code, what);
    Unmet.unless(unanswered.join(), () -> what + ": something was sent to it");
  }

  private static void requireLateOneVoid(Stage stage) {
    CompletableFuture<Boolean> unanswered = new CompletableFuture<>();
    ExecutionResult result =
        run(
            stage,
            ExecutionRequest.python(CODE).limits(ExecutionLimits.builder().startTime(SOON).build()),
            (wire, token) -> {
              unanswered.complete(wire.endsUnanswered());
              whole(wire, token);
            });
    ChannelResults.requireFailure(result, ErrorCode.SANDBOX_START_TIMEOUT, "a late token");
    Unmet.unless(unanswered.join(), "a late token: something was sent to it");
  }

  /** T2. */
  static Finding foreignToken(Stage stage) {
    CompletableFuture<byte[]> stolen = new CompletableFuture<>();
    CompletableFuture<Boolean> tried = new CompletableFuture<>();
    SupervisedRuntime victims =
        runtime(
            stage,
            (wire, token) -> {
              stolen.complete(token.secret());
              tried.join(); // its token is good for it alone, and still is
              whole(wire, token);
            });
    Execution victim =
        victims.start(ExecutionRequest.python(CODE).in(stage.workspace(victims)).build());
    try {
      requireTurnedAway(
          stage,
          "the token of a running execution",
          ErrorCode.CHANNEL_AUTHENTICATION,
          (wire, token) -> wire.hello(stolen.join()));
    } finally {
      tried.complete(true);
    }
    ExecutionResult result = victim.result().toCompletableFuture().join();
    ChannelResults.requireCompleted(result, "the execution whose token it is");
    return Finding.held("turned away; the one whose token it is used it afterwards and completed");
  }

  /** T5, as far as init is the attacker. */
  static String badLengths(Stage stage) {
    ExecutionResult largest =
        run(
            stage,
            (wire, token) -> {
              wire.start(token.secret());
              wire.send(InitWire.STDOUT, "x".repeat((16 << 20) - 1));
              whole(wire);
            });
    ChannelResults.requireCompleted(largest, "the largest frame");
    List<Integer> lengths = List.of(1 << 30, -1, Integer.MIN_VALUE, 0, (16 << 20) + 1);
    HeapPeak heap = HeapPeak.watched();
    for (int length : lengths) {
      String what = "a length of " + length;
      requireTurnedAway(
          stage,
          what + " before the token",
          ErrorCode.CHANNEL_LOST,
          (wire, token) -> wire.announce(length, InitWire.HELLO));
      ExecutionResult later =
          run(
              stage,
              (wire, token) -> {
                wire.start(token.secret());
                wire.announce(length, InitWire.STDOUT);
                wire.await(InitWire.BYE);
              });
      ChannelResults.requireFailure(later, ErrorCode.CHANNEL_LOST, what);
    }
    heap.requireLessThan(512);
    return "init: a frame of 16 MiB was taken, lengths of "
        + lengths
        + " closed the channel, and the heap stayed below 512 MiB more";
  }

  /** T19, as far as init is the attacker. */
  static String lateCalls(Stage stage) {
    AtomicInteger calls = new AtomicInteger();
    ExecutionResult result =
        run(
            stage,
            ExecutionRequest.python(CODE)
                .tools(ToolRegistry.of(ChannelTools.counting("effect", calls))),
            (wire, token) -> {
              wire.start(token.secret());
              wire.call(1, "effect");
              wire.await(InitWire.REPLY);
              wire.exited();
              wire.call(2, "effect");
              wire.await(InitWire.KILL);
              wire.call(3, "effect");
              wire.empty();
              wire.call(4, "effect");
              wire.await(InitWire.BYE);
            });
    ChannelResults.requireCompleted(result, "calls after the end");
    Unmet.unless(
        calls.get() == 1 && result.toolCalls().size() == 1,
        () -> calls + " calls were run, " + result.toolCalls() + " are told");
    return "init: a call before EXITED was run; after EXITED, KILL and EMPTY none was";
  }

  /** All that an honest init says. */
  private static void whole(InitWire wire, Token token) throws IOException {
    wire.start(token.secret());
    whole(wire);
  }

  private static void whole(InitWire wire) throws IOException {
    wire.exited();
    wire.await(InitWire.KILL);
    wire.empty();
    wire.done();
  }

  private static ExecutionResult run(Stage stage, HostileInit.Script script) {
    return run(stage, ExecutionRequest.python(CODE), script);
  }

  private static ExecutionResult run(
      Stage stage, ExecutionRequest.Builder request, HostileInit.Script script) {
    SupervisedRuntime runtime = runtime(stage, script);
    return runtime.execute(request.in(stage.workspace(runtime)).build());
  }

  private static SupervisedRuntime runtime(Stage stage, HostileInit.Script script) {
    return stage.closing(
        new SupervisedRuntime(
            new HostileInit(script),
            new SupervisorConfig(
                SandboxProfile.defaults(),
                Set.of(),
                stage.temporaryDirectory(),
                Optional.empty(),
                0)));
  }
}
