package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.Outcome;
import io.isoruntime.PythonError;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Platform;
import io.isoruntime.conformance.SoakReport;
import io.isoruntime.conformance.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("host")
@Tag("once")
class DriftTest {
  private static final SoakReport.Figures FIGURES = new SoakReport.Figures(1, 2, 3);

  private static Subject subject(FakeBenchRuntime runtime) {
    return new Subject() {
      @Override
      public Runtime open(SandboxProfile profile, Set<Control> waived) {
        return runtime;
      }

      @Override
      public Platform platform() {
        return Platform.SUBPROCESS_USER;
      }
    };
  }

  @Test
  void theFirstAndTheLastThousandAreCompared() {
    long[] nanos = LongStream.rangeClosed(1, 10_000).map(one -> one * 1_000_000).toArray();
    Drift drift = Drift.of(nanos, FIGURES, FIGURES, Set.of());
    assertEquals(10_000, drift.executions());
    assertEquals(1_000, drift.first().count());
    assertEquals(500, drift.first().median());
    assertEquals(1_000, drift.last().count());
    assertEquals(9_500, drift.last().median());
  }

  @Test
  void ofFewItIsTheirHalves() {
    Drift drift =
        Drift.of(new long[] {1_000_000, 2_000_000, 9_000_000}, FIGURES, FIGURES, Set.of());
    assertEquals(List.of(1.0), drift.first().millis());
    assertEquals(List.of(9.0), drift.last().millis());
  }

  @Test
  void eachExecutionHasAWorkspaceThatGoesWithIt() throws Exception {
    FakeBenchRuntime runtime = new FakeBenchRuntime();
    List<Integer> told = new ArrayList<>();
    Drift drift = DriftBench.measure(subject(runtime), 6, told::add);

    assertEquals(6, drift.executions());
    assertEquals(3, drift.last().count());
    assertEquals(IntStream.rangeClosed(1, 6).boxed().toList(), told);
    assertEquals(runtime.requests.size(), runtime.workspaces.size());
    assertTrue(runtime.workspaces.stream().allMatch(workspace -> workspace.deleted));
    assertTrue(runtime.closed);
    assertEquals(Set.of(), drift.left());
    assertTrue(drift.before().heapBytes() > 0 && drift.after().threads() > 0);
  }

  @Test
  void whatARuntimeLeavesOnTheHostIsNamed() throws Exception {
    Path left = Path.of("/tmp").resolve("iso-" + ProcessHandle.current().pid() + "-drift-test");
    FakeBenchRuntime careless =
        new FakeBenchRuntime(
            request -> {
              try {
                Files.createDirectories(left);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
              return new Outcome.Completed();
            });
    try {
      Drift drift = DriftBench.measure(subject(careless), 2, number -> {});
      assertEquals(Set.of("a directory: " + left), drift.left());
    } finally {
      Files.deleteIfExists(left);
    }
  }

  @Test
  void oneThatFailsEndsItAndTheRuntime() {
    FakeBenchRuntime failing =
        new FakeBenchRuntime(
            request ->
                new Outcome.CodeFailed(
                    new PythonError(
                        ErrorCode.PYTHON_EXCEPTION, "ImportError", "no module", 1, "", null)));
    AbsentException why =
        assertThrows(
            AbsentException.class, () -> DriftBench.measure(subject(failing), 4, number -> {}));
    assertEquals("ImportError: no module", why.getMessage());
    assertTrue(failing.closed);
    assertTrue(failing.workspaces.get(0).deleted);
  }
}
