package io.isoruntime.cli.bench;

import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What grows from one execution to the next, to see what each pays for it. */
public enum GrowthAxis {
  /** Input files of 1 KiB. */
  FILES("files", "inputs of 1 KiB in the workspace"),
  /** The size of one input file. */
  MEBIBYTES("mebibytes", "MiB in the workspace's one input"),
  /** Tools that the program may call, and doesn't. */
  TOOLS("tools", "tools in the registry");

  private final String key;
  private final String title;

  GrowthAxis(String key, String title) {
    this.key = key;
    this.title = title;
  }

  /** Its name in reports. */
  String key() {
    return key;
  }

  /** What it counts, for a person. */
  String title() {
    return title;
  }

  /** From the smallest on. */
  List<Integer> sizes() {
    return switch (this) {
      case FILES -> List.of(1, 100, 1_000);
      case MEBIBYTES -> List.of(1, 16, 64);
      case TOOLS -> List.of(1, 10, 100, 1_000);
    };
  }

  /** Puts in what a workspace of this size has. */
  void fill(Workspace workspace, int size) {
    switch (this) {
      case FILES -> {
        for (int number = 1; number <= size; number++) {
          workspace.put("input-" + number, new byte[1 << 10]);
        }
      }
      case MEBIBYTES -> workspace.put("input", new byte[size << 20]);
      case TOOLS -> {}
    }
  }

  /** What a tool takes: as many arguments, of such types, as is usual. */
  record Query(String customer, Optional<Integer> limit, List<String> columns) {}

  /** The tools that a program of this size may call. */
  ToolRegistry tools(int size) {
    ToolRegistry.Builder registry = ToolRegistry.builder();
    for (int number = 1; this == TOOLS && number <= size; number++) {
      registry.add(
          Tool.of("orders.find" + number, Query.class, Map.class, query -> Map.of())
              .describedAs("Finds a customer's orders."));
    }
    return registry.build();
  }
}
