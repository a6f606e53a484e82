package io.isoruntime.benchmarks;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.tools.ToolModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A registry as it grows: what an execution pays for tools that it may never call. */
public class DeclarationBenchmark extends TimedBenchmark {
  /** How many tools there are. */
  @Param({"1", "10", "100", "1000"})
  public int tools;

  private ToolRegistry registry = ToolRegistry.empty();
  private String last = "";

  /** A query such as services have them. */
  record Query(String customer, Optional<Integer> limit, List<String> columns) {}

  /** Makes the registry whose tools are declared. */
  @Setup
  public void prepare() {
    registry = registry();
    last = name(tools - 1);
  }

  private static String name(int number) {
    return "orders.find" + number;
  }

  /** The registry's own making, once for a service. */
  @Benchmark
  public ToolRegistry registry() {
    ToolRegistry.Builder builder = ToolRegistry.builder();
    for (int number = 0; number < tools; number++) {
      builder.add(
          Tool.of(name(number), Query.class, Map.class, query -> Map.of())
              .describedAs("Finds orders of a customer."));
    }
    return builder.build();
  }

  /** What a program is told of its tools, made once for a registry. */
  @Benchmark
  public byte[] declarations() {
    return ToolModule.of(registry()).data();
  }

  /** The tool that a call names. */
  @Benchmark
  public Optional<Tool<?, ?>> find() {
    return registry.find(last);
  }
}
