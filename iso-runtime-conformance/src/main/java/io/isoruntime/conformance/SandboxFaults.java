package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What happens to sandboxes from outside: their init dies, their limits are changed. */
final class SandboxFaults {
  /** For moments that are met by chance: by an engine's answers, in less than half of the tries. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Beyond what a sandbox that waits serves, so that one is made while we look. */
  private static final ExecutionLimits OWN_SANDBOX =
      ExecutionLimits.builder().wallTime(Duration.ofHours(2)).build();

  private static final String LOST = "Init was gone before it had sent";

  private SandboxFaults() {}

  /** Kills init while the program runs, and while its artifacts are sent. */
  static Finding initDies(Stage stage) throws Exception {
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    Heard running =
        stage.hear(
            runtime.start(stage.request(Attack.of("host/h01_family.py")).in(workspace).build()),
            "ready");
    running.saying();
    long begin = System.nanoTime();
    if (!killInits(stage)) {
      running.cancel();
      running.result();
      return Finding.vacuous("the engine's processes are not this host's");
    }
    ExecutionResult during = running.result();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    Unmet.unless(
        during.outcome() instanceof Outcome.InfrastructureFailed failed
            && failed.problem().code() == ErrorCode.CHANNEL_LOST,
        () -> "killed during the run: " + Describe.result(during));
    Unmet.unless(
        millis < stage.allow(Duration.ofSeconds(10)).toMillis(),
        "noticed after " + millis + " ms only");
    for (long end = end(stage); System.nanoTime() - end < 0; ) {
      ExecutionResult result = Moments.whileCollecting(stage, execution -> killInits(stage));
      Unmet.unless(
          result.isCompleted(), () -> "killed during the collection: " + Describe.result(result));
      if (result.notes().stream().anyMatch(note -> note.startsWith(LOST))) {
        int count = result.artifacts().size();
        return Finding.held(
            ("during the run: ISO-CHANNEL-LOST after %d ms; during the collection: completed, with"
                    + " %d artifacts and a note that more may be missing")
                .formatted(millis, count));
      }
    }
    throw new Unmet("init was never killed in the middle of a collection");
  }

  private static long end(Stage stage) {
    return System.nanoTime() + stage.allow(PATIENCE).toNanos();
  }

  private static boolean killInits(Stage stage) throws IOException {
    Set<Long> inits = inits(stage.subject());
    inits.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    return !inits.isEmpty();
  }

  /** First processes of pid namespaces, as this host sees them. */
  private static Set<Long> inits(Subject subject) throws IOException {
    if (subject.platform().hasEngine()) {
      return subject.inits();
    }
    Set<Long> inits = new TreeSet<>();
    for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
      if (lines(process.pid(), "status").stream()
          .anyMatch(line -> line.matches("NSpid:\\s+.*\\s1"))) {
        inits.add(process.pid());
      }
    }
    return inits;
  }

  /** A file of a process in /proc; empty if the process is gone, which may be at any moment. */
  private static List<String> lines(long pid, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Doubles the memory limit of every sandbox as soon as it has one, until the program runs. */
  static Finding limitsChanged(Stage stage) throws Exception {
    Runtime runtime = stage.runtime();
    Workspace workspace = stage.workspace(runtime);
    for (long end = end(stage); System.nanoTime() - end < 0; ) {
      Execution execution =
          runtime.start(
              ExecutionRequest.python("print('ran')").in(workspace).limits(OWN_SANDBOX).build());
      Heard heard = stage.hear(execution, "ran");
      boolean changed = false;
      while (!heard.isStarted() && !execution.result().toCompletableFuture().isDone()) {
        changed |= enlarge(stage.subject());
        LockSupport.parkNanos(500_000); // a cgroup has no event of its making
      }
      ExecutionResult result = heard.result();
      if (changed && result.outcome() instanceof Outcome.Refused refused) {
        return Finding.held(refused.problem().code().code() + ": " + refused.problem().cause());
      }
      Unmet.unless(
          result.isCompleted(), () -> "neither refused nor completed: " + Describe.result(result));
    }
    throw new Unmet("a sandbox ran whose limit was changed, or none was met in the making");
  }

  /** Files with memory limits, of version 1 and 2; tells whether there was one. */
  private static boolean enlarge(Subject subject) throws IOException {
    boolean found = false;
    String limit = Long.toString(Attack.SMALL.memoryBytes());
    for (Path cgroup : memoryCgroups(subject)) {
      for (String name :
          List.of("memory.memsw.limit_in_bytes", "memory.limit_in_bytes", "memory.max")) {
        Path file = cgroup.resolve(name);
        try {
          if (Files.readString(file).strip().equals(limit)) {
            Files.writeString(file, Long.toString(2 * Attack.SMALL.memoryBytes()));
            found |= !name.contains("memsw"); // which alone bounds no memory
          }
        } catch (IOException e) {
          // not of this version, or gone meanwhile
        }
      }
    }
    return found;
  }

  private static List<Path> memoryCgroups(Subject subject) throws IOException {
    if (!subject.platform().hasEngine()) {
      return Traces.cgroups(ProcessHandle.current().pid());
    }
    List<Path> cgroups = new ArrayList<>();
    for (long init : inits(subject)) {
      for (String line : lines(init, "cgroup")) {
        String[] parts = line.split(":", 3);
        cgroups.add(Path.of("/sys/fs/cgroup/" + parts[1] + parts[2]));
      }
    }
    return cgroups;
  }
}
