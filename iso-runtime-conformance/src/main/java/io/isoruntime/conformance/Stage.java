package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What one trial of a case is given, and what must be put away after it. Used by one thread, but
 * that any may put away.
 *
 * <p>The runtime with small sandboxes is shared by the trials of a {@link Conformance}; whatever
 * else a trial asks for is gone when the stage is closed.
 */
final class Stage implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Subject subject;
  private final Set<Control> missing;
  private final HostSpeed speed;
  private final Supplier<Runtime> small;
  private final Map<SandboxProfile, Runtime> others = new HashMap<>();
  private final Deque<AutoCloseable> toClose = new ConcurrentLinkedDeque<>();

  Stage(Subject subject, Set<Control> missing, HostSpeed speed, Supplier<Runtime> small) {
    this.subject = subject;
    this.missing = missing;
    this.speed = speed;
    this.small = small;
  }

  Subject subject() {
    return subject;
  }

  Platform platform() {
    return subject.platform();
  }

  /** The controls that are not in force here. */
  Set<Control> missing() {
    return missing;
  }

  /** How long this host may take for what the usual one does in that time. */
  Duration allow(Duration usual) {
    return speed.allow(usual);
  }

  /** Enough, on this host, for every program that ends by itself. */
  ExecutionLimits limits() {
    return speed.limits();
  }

  /** The shared runtime with small sandboxes; nobody closes it. */
  Runtime runtime() {
    return small.get();
  }

  /** One runtime for all sandboxes of a profile that the trial asks for; nobody else closes it. */
  Runtime runtime(SandboxProfile profile) {
    return profile.equals(Attack.SMALL)
        ? small.get()
        : others.computeIfAbsent(profile, this::ownRuntime);
  }

  /** A runtime of the trial's own, which it may close. */
  Runtime ownRuntime(SandboxProfile profile) {
    return closing(subject.open(profile, missing));
  }

  /** Has this closed when the trial is over, in reverse order. */
  <T extends AutoCloseable> T closing(T resource) {
    toClose.push(resource);
    return resource;
  }

  /** A workspace that is gone after the trial. */
  Workspace workspace(Runtime runtime) {
    Workspace workspace = runtime.openWorkspace(temporaryDirectory().resolve("workspace"));
    toClose.push(workspace::delete);
    return workspace;
  }

  /** A directory that is gone after the trial. */
  Path temporaryDirectory() {
    try {
      Path directory = Files.createTempDirectory("iso-attack");
      toClose.push(() -> Trees.remove(directory));
      return directory;
    } catch (IOException e) {
      throw new Unmet("no temporary directory could be made: " + e.getMessage());
    }
  }

  /** Runs a program of a few lines in a small sandbox. */
  ExecutionResult run(String code) {
    return run(Attack.SMALL, ExecutionRequest.python(code).limits(limits()));
  }

  /** Runs a request in a workspace of its own. */
  ExecutionResult run(SandboxProfile profile, ExecutionRequest.Builder request) {
    Runtime runtime = runtime(profile);
    return runtime.execute(request.in(workspace(runtime)).build());
  }

  /** Runs an attack in a sandbox. */
  ExecutionResult run(Attack attack) {
    return run(attack.profile(), request(attack));
  }

  /** Starts an attack in a sandbox, to be watched; ended with the trial at the latest. */
  LiveRun live(Attack attack) {
    Runtime runtime = runtime(attack.profile());
    Execution execution = runtime.start(request(attack).in(workspace(runtime)).build());
    toClose.push(
        () -> {
          execution.cancel();
          execution
              .result()
              .toCompletableFuture()
              .get(allow(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        });
    return LiveRun.of(execution, speed);
  }

  /** The request that an attack is. */
  ExecutionRequest.Builder request(Attack attack) {
    return ExecutionRequest.python(attack.code(true))
        .limits(attack.limits().orElseGet(this::limits))
        .tools(attack.tools());
  }

  /** Tries an attack without and with a sandbox and judges by its attempts. */
  Finding attack(Attack attack) throws IOException, InterruptedException {
    HostPython.Shown shown = show(attack);
    ExecutionResult result = run(attack);
    Map<String, Attempt> caged = Attempts.of(result.stdout().text());
    if (!result.isCompleted()) {
      return Finding.failed("the program ended " + Describe.result(result) + " after " + caged);
    }
    return judge(shown, result);
  }

  /** Judges what an attack told, whatever the outcome was. */
  Finding judge(HostPython.Shown shown, ExecutionResult result) {
    return Judgement.of(
        Attempts.of(shown.output()),
        shown.whyNot().orElse("it was not tried without a sandbox"),
        Attempts.of(result.stdout().text()));
  }

  /** Runs an attack without a sandbox. */
  HostPython.Shown show(Attack attack) throws IOException, InterruptedException {
    return attack.unprotected() == Unprotected.NOWHERE
        ? HostPython.Shown.not("its trial shows that it can fail")
        : show(attack, temporaryDirectory());
  }

  /** Runs it there in a directory that the trial looks at. */
  HostPython.Shown show(Attack attack, Path directory) throws IOException, InterruptedException {
    return HostPython.run(attack, directory, speed);
  }

  /** Hears what an execution tells that was started just now. */
  Heard hear(Execution execution, String awaited) {
    return Heard.of(execution, awaited, speed);
  }

  /** What was left that could not be put away, if anything. */
  Optional<String> putAway() {
    Optional<String> failure = Optional.empty();
    for (AutoCloseable next = toClose.poll(); next != null; next = toClose.poll()) {
      try {
        next.close();
      } catch (Exception e) {
        failure = Optional.of("could not be put away: " + e);
      }
    }
    return failure;
  }

  @Override
  public void close() {
    putAway();
  }
}
