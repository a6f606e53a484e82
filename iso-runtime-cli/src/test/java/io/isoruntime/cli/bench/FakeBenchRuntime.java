package io.isoruntime.cli.bench;

import io.isoruntime.CodeFinding;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

/** Runs nothing, notes what it is to run, and gives the outcome that it was made with. */
class FakeBenchRuntime implements Runtime {
  final List<ExecutionRequest> requests = new ArrayList<>();
  final List<FakeWorkspace> workspaces = new ArrayList<>();
  boolean closed;

  private final Function<ExecutionRequest, Outcome> outcomes;

  FakeBenchRuntime() {
    this(request -> new Outcome.Completed());
  }

  FakeBenchRuntime(Function<ExecutionRequest, Outcome> outcomes) {
    this.outcomes = outcomes;
  }

  @Override
  public Workspace openWorkspace() {
    FakeWorkspace workspace = new FakeWorkspace();
    workspaces.add(workspace);
    return workspace;
  }

  @Override
  public Workspace openWorkspace(Path directory) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Execution start(ExecutionRequest request) {
    requests.add(request);
    ExecutionResult result =
        ExecutionResult.builder("fake", outcomes.apply(request), Path.of("/fake")).build();
    return new Execution() {
      @Override
      public String id() {
        return "fake";
      }

      @Override
      public Flow.Publisher<ExecutionEvent> events() {
        throw new UnsupportedOperationException();
      }

      @Override
      public CompletionStage<ExecutionResult> result() {
        return CompletableFuture.completedFuture(result);
      }

      @Override
      public void cancel() {}
    };
  }

  @Override
  public List<CodeFinding> check(String code, ToolRegistry tools) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SandboxProfile profile() {
    return SandboxProfile.defaults();
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Knows how large its inputs are. */
  static final class FakeWorkspace implements Workspace {
    final Map<String, Integer> sizes = new TreeMap<>();
    boolean deleted;

    @Override
    public String id() {
      return "fake";
    }

    @Override
    public Path directory() {
      return Path.of("/fake");
    }

    @Override
    public void put(String name, Path file) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void put(String name, byte[] content) {
      sizes.put(name, content.length);
    }

    @Override
    public List<String> inputs() {
      return List.copyOf(sizes.keySet());
    }

    @Override
    public void close() {}

    @Override
    public void delete() {
      deleted = true;
    }
  }
}
