package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.Container;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.local.OwnedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many executions, and several services, on one engine. */
@Timeout(300)
@Tag("engines")
class NeighboursTest {
  private static final String UID =
      "import os\nfrom iso import set_result\nset_result(os.getuid())";

  @TempDir Path directory;

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  private static int descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return (int) open.count();
    }
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("iso-"))
        .collect(Collectors.toSet());
  }

  /** This process's own: others may use the engine meanwhile. */
  private static Set<String> labelled() throws IOException {
    try (Engine engine = Containers.engine()) {
      return engine.labelled(Owner.PROCESS + "=" + OwnedName.prefix()).stream()
          .map(Container::getId)
          .collect(Collectors.toSet());
    }
  }

  @Test
  void aHundredExecutionsEightAtATimeLeaveNothingBehind() throws Exception {
    try (Runtime warm = TestEngine.runtime().workspaceRoot(directory).build()) {
      warm.execute(ExecutionRequest.python("pass").build()); // loads classes and native libraries
    }
    Set<String> containers = labelled();
    int descriptors = descriptors();
    ExecutorService callers = Executors.newFixedThreadPool(8);
    Set<Object> uids = new HashSet<>();
    try (Runtime runtime = TestEngine.runtime().workspaceRoot(directory).build()) {
      List<Future<ExecutionResult>> results = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        results.add(callers.submit(() -> runtime.execute(ExecutionRequest.python(UID).build())));
      }
      for (Future<ExecutionResult> result : results) {
        assertInstanceOf(Outcome.Completed.class, result.get().outcome(), result.get()::toString);
        uids.add(result.get().result());
      }
    } finally {
      callers.shutdownNow();
    }
    assertTrue(uids.size() >= 8, "user ids were shared: " + uids);
    assertEquals(containers, labelled());
    // A pool's last thread, and the engine's connections, end a little later than what closed them.
    long until = System.nanoTime() + 5_000_000_000L;
    while ((descriptors() > descriptors || !threads().isEmpty()) && System.nanoTime() < until) {
      Thread.sleep(50);
    }
    assertEquals(Set.of(), threads());
    assertTrue(descriptors() <= descriptors, descriptors() + " open, before " + descriptors);
  }

  @Test
  void twoServicesOnOneEngineNeitherShareUserIdsNorSweepEachOther() throws Exception {
    String waiting = UID + "\nprint('ready', flush=True)\nimport time\ntime.sleep(6)\n";
    try (Runtime ours = TestEngine.runtime().build();
        SecondJvm theirs =
            SecondJvm.start(
                List.of(),
                Map.of(),
                SecondJvm.classPath(),
                "ATTACHED",
                directory.resolve("theirs").toString(),
                waiting)) {
      String execution = theirs.await("execution ").replace("execution ", "");
      assertEquals("ready", theirs.await("ready"));
      Workspace workspace = ours.openWorkspace(directory.resolve("ours"));

      // A third one starts now, and with it a sweep.
      try (Runtime third = TestEngine.runtime().workspaceRoot(directory).build()) {
        assertFalse(Containers.of(execution).isEmpty(), "the other's container was swept");
        ExecutionResult result =
            third.execute(ExecutionRequest.python(UID).in(third.openWorkspace()).build());
        ExecutionResult another = ours.execute(ExecutionRequest.python(UID).in(workspace).build());
        assertInstanceOf(Outcome.Completed.class, result.outcome(), result::toString);
        assertInstanceOf(Outcome.Completed.class, another.outcome(), another::toString);
        assertFalse(
            Containers.of(execution).stream()
                .anyMatch(container -> container.getNames()[0].endsWith("-" + result.result())),
            "two executors have one user id");
      }
      String result = theirs.await("result ");
      assertTrue(result.contains("Completed"), result);
    }
  }
}
