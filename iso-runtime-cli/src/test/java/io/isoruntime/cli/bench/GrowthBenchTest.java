package io.isoruntime.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrowthBenchTest {
  private static final int ROUNDS = 3;

  private final GrowthBench bench = new GrowthBench(Duration.ZERO, ROUNDS);

  private static FakeBenchRuntime.FakeWorkspace workspace(ExecutionRequest request) {
    return (FakeBenchRuntime.FakeWorkspace) request.workspace();
  }

  @Test
  void theSizesOfOneThingTakeTurns() throws Exception {
    FakeBenchRuntime runtime = new FakeBenchRuntime();
    List<String> told = new ArrayList<>();
    List<Growth> all = bench.measure(runtime, (what, round) -> told.add(what + " " + round));

    List<Integer> files =
        runtime.requests.stream().map(request -> workspace(request).sizes.size()).toList();
    assertEquals(List.of(1, 100, 1_000, 1, 100, 1_000), files.subList(0, 6));
    List<Integer> tools =
        runtime.requests.stream().map(request -> request.tools().tools().size()).toList();
    assertEquals(
        List.of(1, 10, 100, 1_000, 1, 10, 100, 1_000),
        tools.subList(tools.size() - 8, tools.size()));
    for (Growth growth : all) {
      assertEquals(growth.axis().sizes(), List.copyOf(growth.samples().keySet()));
      growth.samples().values().forEach(samples -> assertEquals(ROUNDS, samples.count()));
    }
    assertEquals("inputs of 1 KiB in the workspace 1", told.get(0));
    assertEquals(3 * ROUNDS, told.size());
  }

  @Test
  void whatGrowsIsNothingElse() throws Exception {
    FakeBenchRuntime runtime = new FakeBenchRuntime();
    bench.measure(runtime, (what, round) -> {});

    assertEquals(
        List.of(Map.of("input", 1 << 20), Map.of("input", 16 << 20), Map.of("input", 64 << 20)),
        runtime.workspaces.subList(3, 6).stream().map(workspace -> workspace.sizes).toList());
    assertTrue(
        runtime.workspaces.subList(0, 3).stream()
            .flatMap(workspace -> workspace.sizes.values().stream())
            .allMatch(size -> size == 1 << 10));
    assertTrue(
        runtime.workspaces.subList(6, 10).stream()
            .allMatch(workspace -> workspace.sizes.isEmpty()));
    assertTrue(runtime.workspaces.stream().allMatch(workspace -> workspace.deleted));
    assertFalse(runtime.closed);
  }

  @Test
  void aSizeThatCannotBeRunIsNamedAndTheOthersStay() throws Exception {
    Problem tooLarge = new Problem(ErrorCode.INPUT_TOO_LARGE, "It is too large.", "No.", "Less.");
    FakeBenchRuntime runtime =
        new FakeBenchRuntime(
            request ->
                workspace(request).sizes.size() == 1_000
                    ? new Outcome.Refused(tooLarge)
                    : new Outcome.Completed());
    Growth files = bench.measure(runtime, (what, round) -> {}).get(0);

    assertEquals(Set.of(1, 100), files.samples().keySet());
    assertEquals(Map.of("files1000", tooLarge.message()), bench.absent());
  }
}
