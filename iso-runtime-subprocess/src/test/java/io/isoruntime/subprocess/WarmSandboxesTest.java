package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.supervisor.local.OwnedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Real sandboxes that wait, and what may happen to them meanwhile. */
@Timeout(300)
@EnabledIfSystemProperty(named = "user.name", matches = "root")
@Tag("host")
@Tag("once")
class WarmSandboxesTest {
  private static final String OUTGROW =
      """
      data = bytearray(700 << 20)
      print(len(data))
      """;

  /**
   * Of version 1, where the limit of memory and swap together bounds the other, and of version 2.
   */
  private static final List<String> LIMITS =
      List.of("memory.memsw.limit_in_bytes", "memory.limit_in_bytes", "memory.max");

  @TempDir Path workspaces;

  private Runtime runtime() {
    return SubprocessRuntime.builder().warmSandboxes(1).workspaceRoot(workspaces).build();
  }

  /** By the memory cgroup, which only the executor stands in, and once it is about to wait. */
  private static Set<Path> waiting() throws IOException {
    return NamedCgroups.of(OwnedName.prefix()).stream()
        .filter(WarmSandboxesTest::isWaitedIn)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isWaitedIn(Path directory) {
    try {
      return LIMITS.stream().anyMatch(limit -> Files.exists(directory.resolve(limit)))
          && !processes(directory).isEmpty();
    } catch (IOException e) {
      return false; // it has just been removed
    }
  }

  private static List<Long> processes(Path cgroup) throws IOException {
    return Files.readAllLines(cgroup.resolve("cgroup.procs")).stream().map(Long::valueOf).toList();
  }

  /** Asleep in its read of the inputs: its threads wait in no other place for long. */
  private static Path awaitOne() throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    int calm = 0;
    Path last = null;
    while (calm < 10) {
      assertTrue(System.nanoTime() < until, "no sandbox came to wait");
      Thread.sleep(30);
      Set<Path> now = waiting();
      Path one = now.size() == 1 ? now.iterator().next() : null;
      calm = one != null && one.equals(last) ? calm + 1 : 0;
      last = one;
    }
    return last;
  }

  @Test
  void runsInTheOneThatWaits() throws Exception {
    try (Runtime runtime = runtime()) {
      Path cgroup = awaitOne();
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python("import time; time.sleep(0.2)").build());
      assertEquals(new Outcome.Completed(), result.outcome());
      assertFalse(waiting().contains(cgroup), "the one that waited was not used");
      assertNotEquals(cgroup, awaitOne());
    }
    assertEquals(Set.of(), waiting());
  }

  /**
   * The program's time does not begin when we come to look. Of most programs: one may start while
   * the thread that looks is kept from running by a busy host.
   */
  @Test
  void tellsHowLongTheProgramRan() throws Exception {
    List<Duration> told = new ArrayList<>();
    try (Runtime runtime = runtime()) {
      for (int run = 0; run < 5; run++) {
        awaitOne();
        told.add(
            runtime
                .execute(ExecutionRequest.python("import time; time.sleep(0.05)").build())
                .usage()
                .wall());
      }
    }
    assertTrue(told.stream().filter(wall -> wall.toMillis() >= 45).count() >= 3, told::toString);
  }

  /** H18: its limit is lifted while it waits. */
  @Test
  void keepsTheLimitsThatWereRequired() throws Exception {
    try (Runtime runtime = runtime()) {
      Path cgroup = awaitOne();
      for (String limit : LIMITS) {
        if (Files.exists(cgroup.resolve(limit))) {
          Files.writeString(cgroup.resolve(limit), limit.endsWith(".max") ? "max" : "-1");
        }
      }
      ExecutionResult result = runtime.execute(ExecutionRequest.python(OUTGROW).build());
      assertEquals(new Outcome.LimitExceeded(Limit.MEMORY), result.outcome());
    }
  }

  /** Killed by somebody while it waits. */
  @Test
  void replacesOneThatWasKilled() throws Exception {
    try (Runtime runtime = runtime()) {
      Path cgroup = awaitOne();
      for (long pid : processes(cgroup)) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
      }
      ExecutionResult result = runtime.execute(ExecutionRequest.python("print(1)").build());
      assertEquals(new Outcome.Completed(), result.outcome());
      assertEquals("1\n", result.stdout().text());
    }
    assertEquals(Set.of(), waiting());
  }
}
