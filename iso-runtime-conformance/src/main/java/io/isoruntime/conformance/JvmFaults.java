package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What happens to JVMs while programs run. */
final class JvmFaults {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration A_MINUTE = Duration.ofMinutes(1);
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final int KILLS = 3;

  private JvmFaults() {}

  /** Kills JVMs, in the middle of a run and as soon as they have anything. */
  static Finding killed(Stage stage) throws Exception {
    SecondJvm running = second(stage, Attack.of("host/h01_family.py"));
    running.require("ready");
    Belongings its = Belongings.of(stage.subject(), running.pid());
    int count = its.look().size();
    Unmet.unless(count > 0, "a running program has nothing");
    running.kill();
    Duration gone = its.gone(stage.allow(BOUND));

    List<Belongings> orphaned = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      SecondJvm starting = second(stage, Attack.of("host/h01_family.py"));
      Belongings things = Belongings.of(stage.subject(), starting.pid());
      Unmet.unless(things.appear(stage.allow(A_MINUTE)), "a second JVM made nothing");
      starting.kill();
      orphaned.add(things);
    }
    long left = orphaned.stream().filter(things -> !things.look().isEmpty()).count();
    // Whoever starts next removes what is not on its way out already.
    stage.ownRuntime(Attack.SMALL).close();
    for (Belongings things : orphaned) {
      things.gone(stage.allow(BOUND));
    }
    return Finding.held(
        ("%d things of a running program were gone %d ms after the kill; of %d kills while a"
                + " sandbox was being made, %d left something, and it is gone")
            .formatted(count, gone.toMillis(), KILLS, left));
  }

  private static SecondJvm second(Stage stage, Attack attack) throws IOException {
    return SecondJvm.start(
        stage, attack, stage.temporaryDirectory().resolve("workspace"), LONG, List.of());
  }

  /** Starts a second execution in a workspace, from this JVM and from another. */
  static Finding workspaceShared(Stage stage) throws Exception {
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    // It must outlast the other JVM's start, and is cancelled then.
    Attack attack =
        Attack.of("host/h13_goes_on.py")
            .with("seconds", 300)
            .within(stage.limits().toBuilder().wallTime(LONG).build());
    Heard first = stage.hear(runtime.start(stage.request(attack).in(workspace).build()), "ready");
    try {
      first.saying();
      ErrorCode here =
          refused(() -> runtime.start(ExecutionRequest.python("pass").in(workspace).build()));
      Unmet.unless(here == ErrorCode.WORKSPACE_BUSY, () -> "in this JVM: " + here);
      String there =
          SecondJvm.start(
                  stage, Attack.of("host/h10_ran.py"), workspace.directory(), LONG, List.of())
              .all();
      Unmet.unless(there.contains(ErrorCode.WORKSPACE_BUSY.code()), () -> "elsewhere: " + there);
      Unmet.unless(!there.contains("user code ran"), () -> "it ran: " + there);
    } finally {
      first.cancel();
      first.result(); // only now the workspace can be put away, whatever else went wrong
    }
    ExecutionResult result = first.result();
    Unmet.unless(
        result.outcome() instanceof Outcome.Cancelled && result.stdout().text().contains("ready"),
        () -> "the first one: " + Describe.result(result));
    ExecutionResult next =
        runtime.execute(ExecutionRequest.python("print('next')").in(workspace).build());
    Unmet.unless(next.isCompleted(), () -> "afterwards: " + Describe.result(next));
    return Finding.held("the same JVM's and another JVM's: ISO-WORKSPACE-BUSY; the next one ran");
  }

  private static ErrorCode refused(Runnable action) {
    try {
      action.run();
    } catch (IsoException e) {
      return e.problem().code();
    }
    throw new Unmet("it was accepted");
  }

  /** What the tool takes. */
  record Nothing() {}

  /** Interrupts a thread that waits for a result, and tells a JVM to end. */
  static Finding toldToEnd(Stage stage) throws Exception {
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    CompletableFuture<Boolean> running = new CompletableFuture<>();
    Tool<?, ?> tool =
        Tool.of("running", Nothing.class, Boolean.class, nothing -> running.complete(true));
    Attack attack = Attack.of("host/h11_waits.py").tools(ToolRegistry.of(tool));
    CompletableFuture<ExecutionResult> result = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                result.complete(runtime.execute(stage.request(attack).in(workspace).build()));
              } catch (RuntimeException e) {
                result.completeExceptionally(e);
              }
              flag.complete(Thread.currentThread().isInterrupted());
            },
            "iso-interrupted");
    caller.start();
    long patience = stage.allow(A_MINUTE).toMillis();
    running.get(patience, TimeUnit.MILLISECONDS);
    caller.interrupt();
    Outcome outcome = result.get(patience, TimeUnit.MILLISECONDS).outcome();
    Unmet.unless(outcome instanceof Outcome.Cancelled, () -> "interrupted: " + outcome);
    Unmet.unless(flag.get(patience, TimeUnit.MILLISECONDS), "the interrupt was swallowed");

    SecondJvm ending = second(stage, Attack.of("host/h01_family.py"));
    ending.require("ready");
    Belongings its = Belongings.of(stage.subject(), ending.pid());
    int count = its.look().size();
    long begin = System.nanoTime();
    ending.end();
    Duration gone = its.gone(stage.allow(Duration.ofSeconds(10)));
    ending.all();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    return Finding.held(
        "interrupted: cancelled; SIGTERM: %d things gone after %d ms, the JVM after %d ms"
            .formatted(count, gone.toMillis(), millis));
  }

  /** Starts a runtime, and so a sweep, while another JVM runs a program. */
  static Finding neighbours(Stage stage) throws Exception {
    for (int seconds = 3; seconds <= 24; seconds *= 2) {
      SecondJvm other = second(stage, Attack.of("host/h13_goes_on.py").with("seconds", seconds));
      other.require("ready");
      Belongings its = Belongings.of(stage.subject(), other.pid());
      Runtime runtime = stage.ownRuntime(Attack.SMALL);
      ExecutionResult own =
          runtime.execute(
              ExecutionRequest.python("print('own')").in(stage.workspace(runtime)).build());
      Unmet.unless(own.isCompleted(), () -> "ours: " + Describe.result(own));
      int count = its.look().size();
      runtime.close();
      other.require("done");
      String rest = other.all();
      Unmet.unless(rest.contains("completed"), () -> "the other's: " + rest);
      if (count > 0) {
        its.gone(stage.allow(BOUND));
        return Finding.held(
            "the other's %d things survived a start and an execution beside it, and it completed"
                .formatted(count));
      }
      // It ended before we had started: on a slow host it must run longer to be met at all.
    }
    throw new Unmet("no other JVM ran long enough");
  }
}
