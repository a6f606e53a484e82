package io.isoruntime.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

@Timeout(300)
@Tag("host")
@Tag("once")
class BenchmarksTest {

  @Test
  void eachRunsOnceWithEachOfItsParameters() throws RunnerException {
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(BenchmarksTest.class.getPackageName())
                    .forks(0) // within this JVM, which is what makes it quick
                    .warmupIterations(0)
                    .measurementIterations(1)
                    .measurementTime(TimeValue.milliseconds(20))
                    .shouldFailOnError(true)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();

    assertEquals(
        Set.of("FrameBenchmark", "JsonBenchmark", "DispatchBenchmark", "DeclarationBenchmark"),
        results.stream().map(BenchmarksTest::className).collect(Collectors.toSet()));
    for (RunResult result : results) {
      assertTrue(result.getPrimaryResult().getScore() > 0, result.getParams().getBenchmark());
    }
  }

  private static String className(RunResult result) {
    String[] names = result.getParams().getBenchmark().split("\\.");
    return names[names.length - 2];
  }
}
