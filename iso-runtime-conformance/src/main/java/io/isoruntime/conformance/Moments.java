package io.isoruntime.conformance;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What happens at moments that are drawn by lot, or met while artifacts are collected. */
final class Moments {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final double SECONDS = 0.05;

  /** A race has been had when both have won; some platforms vary too much to aim at that. */
  private static final int TRIES = 4;

  private Moments() {}

  /** Gives programs about as much time as they take. */
  static Finding completionRacesTimeout(Stage stage) throws InterruptedException {
    int runs = stage.platform().hasEngine() ? 10 : 30;
    Attack attack = Attack.of("host/h05_short.py").with("seconds", SECONDS);
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    long usual =
        wall(runtime, workspace, stage, attack.within(wallTime(stage.allow(LONG).toNanos())));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    double aim = usual;
    int completed = 0;
    int timedOut = 0;
    while (completed + timedOut < runs
        || (Math.min(completed, timedOut) == 0 && completed + timedOut < runs * TRIES)) {
      long limit = (long) (aim * (0.9 + 0.2 * random.nextDouble()));
      Heard heard =
          stage.hear(
              runtime.start(stage.request(attack.within(wallTime(limit))).in(workspace).build()),
              "done");
      ExecutionResult result = heard.result();
      boolean isDone = result.stdout().text().equals("done\n");
      Unmet.unless(
          result.isCompleted() ? isDone : result.outcome() instanceof Outcome.TimedOut,
          () -> "with " + limit + " ns, seed " + seed + ": " + Describe.result(result));
      if (result.isCompleted()) {
        completed++;
        aim *= 0.85;
      } else {
        timedOut++;
        aim *= 1.15;
      }
    }
    String both = completed + " completed, " + timedOut + " timed out";
    Unmet.unless(completed > 0 && timedOut > 0, "no race: " + both + ", seed " + seed);
    return Finding.held("one outcome each: " + both);
  }

  private static ExecutionLimits wallTime(long nanos) {
    return ExecutionLimits.builder().wallTime(Duration.ofNanos(Math.max(nanos, 1_000_000))).build();
  }

  /** The median of a few, since a first one takes longer. */
  private static long wall(Runtime runtime, Workspace workspace, Stage stage, Attack attack) {
    return Stream.generate(
            () -> runtime.execute(stage.request(attack).in(workspace).build()).usage().wall())
        .limit(3)
        .sorted()
        .skip(1)
        .findFirst()
        .orElseThrow()
        .toNanos();
  }

  /** Cancels at moments from the first to the last, and during the collection. */
  static Finding cancelled(Stage stage) throws Exception {
    int runs = stage.platform().hasEngine() ? 4 : 8;
    Attack attack = Attack.of("host/h07_many_files.py");
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    long begin = System.nanoTime();
    ExecutionResult whole = runtime.execute(stage.request(attack).in(workspace).build());
    long usual = System.nanoTime() - begin;
    Unmet.unless(whole.isCompleted(), () -> "uncancelled: " + Describe.result(whole));
    Random random = new Random();
    int early = 0;
    int late = 0;
    for (int run = 0; run < runs; run++) {
      Execution execution = runtime.start(stage.request(attack).in(workspace).build());
      Heard heard = stage.hear(execution, "written");
      if (early > 0) { // until then they are cancelled at once
        endsWithin(execution, (long) (usual * (run + random.nextDouble()) / runs));
      }
      execution.cancel();
      ExecutionResult result = heard.result();
      Unmet.unless(
          result.outcome() instanceof Outcome.Cancelled || result.isCompleted(),
          () -> "cancelled: " + Describe.result(result));
      early += heard.isStarted() ? 0 : 1;
      late += result.isCompleted() ? 1 : 0;
    }
    Unmet.unless(early > 0, "none was cancelled before its program started");
    ExecutionResult collected = whileCollecting(stage, Execution::cancel);
    Unmet.unless(
        collected.isCompleted() && collected.artifacts().size() == whole.artifacts().size(),
        () ->
            "cancelled during the collection: "
                + Describe.result(collected)
                + ", artifacts "
                + collected.artifacts().size());
    return Finding.held(
        ("of %d cancelled at drawn moments %d had not started and %d had completed; one was"
                + " cancelled during the collection, which went on to its end")
            .formatted(runs, early, late));
  }

  private static void endsWithin(Execution execution, long nanos) throws Exception {
    try {
      execution.result().toCompletableFuture().copy().orTimeout(nanos, TimeUnit.NANOSECONDS).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw e;
      }
    }
  }

  /** What is done to an execution of which artifacts are being collected. */
  interface Deed {
    void on(Execution execution) throws Exception;
  }

  /** Does something when the first of many artifacts is there. */
  static ExecutionResult whileCollecting(Stage stage, Deed deed) throws Exception {
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    Path files = workspace.directory().resolve("out/files");
    Execution execution =
        runtime.start(stage.request(Attack.of("host/h07_many_files.py")).in(workspace).build());
    Heard heard = stage.hear(execution, "written");
    while (isEmpty(files) && !execution.result().toCompletableFuture().isDone()) {
      LockSupport.parkNanos(100_000); // a directory has no cheaper event
    }
    deed.on(execution);
    return heard.result();
  }

  private static boolean isEmpty(Path directory) throws Exception {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    try (Stream<Path> children = Files.list(directory)) {
      return children.findAny().isEmpty();
    }
  }
}
