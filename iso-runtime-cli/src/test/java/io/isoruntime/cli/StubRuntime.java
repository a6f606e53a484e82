package io.isoruntime.cli;

import io.isoruntime.CodeFinding;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** A runtime that notes what it is told, touches nothing, and ends as it was prepared to. */
final class StubRuntime implements Runtime {
  final List<String> calls = new ArrayList<>();
  final CompletableFuture<ExecutionResult> result = new CompletableFuture<>();
  List<CodeFinding> findings = List.of();
  @Nullable IsoException refusesInputs;

  @Override
  public Workspace openWorkspace() {
    return openWorkspace(Path.of("/fresh"));
  }

  @Override
  public Workspace openWorkspace(Path directory) {
    calls.add("open " + directory);
    return new StubWorkspace(directory);
  }

  @Override
  public Execution start(ExecutionRequest request) {
    calls.add("start");
    return new StubExecution();
  }

  @Override
  public List<CodeFinding> check(String code, ToolRegistry tools) {
    calls.add("check " + code);
    return findings;
  }

  @Override
  public SandboxProfile profile() {
    return SandboxProfile.defaults();
  }

  @Override
  public void close() {
    calls.add("close runtime");
  }

  private final class StubExecution implements Execution {
    @Override
    public String id() {
      return "stub";
    }

    @Override
    public Flow.Publisher<ExecutionEvent> events() {
      return Flow.Subscriber::onComplete;
    }

    @Override
    public CompletionStage<ExecutionResult> result() {
      return result;
    }

    @Override
    public void cancel() {
      calls.add("cancel");
    }
  }

  private final class StubWorkspace implements Workspace {
    private final Path directory;

    StubWorkspace(Path directory) {
      this.directory = directory;
    }

    @Override
    public String id() {
      return "stub";
    }

    @Override
    public Path directory() {
      return directory;
    }

    @Override
    public void put(String name, Path file) {
      calls.add("put " + name);
      if (refusesInputs != null) {
        throw refusesInputs;
      }
    }

    @Override
    public void put(String name, byte[] content) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> inputs() {
      return List.of();
    }

    @Override
    public void close() {
      calls.add("close workspace");
    }

    @Override
    public void delete() {
      calls.add("delete workspace");
    }
  }
}
