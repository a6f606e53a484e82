package io.isoruntime.supervisor;

import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.tools.ToolModule;
import io.isoruntime.supervisor.workspace.DiskWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The runtime of every back-end: owns workspaces, executions and threads, and starts an {@link
 * ExecutionFlow} for each request. Thread-safe.
 */
public final class SupervisedRuntime implements Runtime {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SandboxBackend backend;
  private final SupervisorConfig config;
  private final Threads threads;
  private final Sandboxes sandboxes;
  private final Map<Path, DiskWorkspace> workspaces = new HashMap<>();
  private final Set<ExecutionFlow> flows = new LinkedHashSet<>();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private boolean closed;

  /** Runs on this back-end, which it closes with itself. */
  public SupervisedRuntime(SandboxBackend backend, SupervisorConfig config) {
    this(backend, config, new Threads());
  }

  SupervisedRuntime(SandboxBackend backend, SupervisorConfig config, Threads threads) {
    this.backend = backend;
    this.config = config;
    this.threads = threads;
    this.sandboxes = new Sandboxes(backend, config, threads, SupervisedRuntime::randomId);
    sandboxes.open();
  }

  @Override
  public Workspace openWorkspace() {
    return openWorkspace(config.workspaceRoot().resolve("codegen_" + randomId()));
  }

  @Override
  public Workspace openWorkspace(Path directory) {
    synchronized (workspaces) {
      requireOpen();
      Path path = real(directory.toAbsolutePath().normalize());
      if (workspaces.containsKey(path)) {
        throw new Problem(
                ErrorCode.WORKSPACE_BUSY,
                "The workspace " + path + " is open already.",
                "It was not opened a second time.",
                "Use the open one, or close it first.")
            .toException();
      }
      DiskWorkspace workspace = new DiskWorkspace(path, this::forget);
      workspaces.put(path, workspace);
      return workspace;
    }
  }

  /** Two names of one directory are one workspace. */
  private static Path real(Path path) {
    try {
      return Files.exists(path) || path.getParent() == null
          ? path.toRealPath()
          : path.getParent().toRealPath().resolve(path.getFileName());
    } catch (IOException e) {
      return path; // creating it will say why
    }
  }

  private void forget(DiskWorkspace workspace) {
    synchronized (workspaces) {
      workspaces.remove(workspace.directory(), workspace);
    }
  }

  @Override
  public Execution start(ExecutionRequest request) {
    requireOpen();
    ToolModule.of(request.tools()); // refuses what can't be used
    Workspace wanted = request.workspace();
    Workspace chosen = wanted != null ? wanted : openWorkspace();
    DiskWorkspace workspace = own(chosen);
    workspace.acquire();
    Runnable release =
        () -> {
          workspace.free();
          if (wanted == null) {
            workspace.close();
          }
        };
    ExecutionFlow flow =
        new ExecutionFlow(
            randomId(), request, workspace, backend.name(), config, sandboxes, threads);
    boolean accepted;
    synchronized (flows) {
      accepted = !closed && flows.add(flow);
    }
    if (!accepted) {
      release.run();
      requireOpen();
    }
    try {
      threads.work.execute(
          () -> {
            try {
              flow.run(release);
            } finally {
              forget(flow);
              sandboxes.refill();
            }
          });
    } catch (Throwable e) { // such as an OutOfMemoryError: the host has no thread to give
      forget(flow);
      release.run();
      throw e;
    }
    return flow.execution();
  }

  @Override
  public List<CodeFinding> check(String code, ToolRegistry tools) {
    return new ProgramCheck(this).of(code, tools);
  }

  private void forget(ExecutionFlow flow) {
    synchronized (flows) {
      flows.remove(flow);
    }
  }

  private DiskWorkspace own(Workspace workspace) {
    synchronized (workspaces) {
      DiskWorkspace known = workspaces.get(workspace.directory());
      if (known != null && known == workspace) {
        return known;
      }
    }
    throw new Problem(
            ErrorCode.WORKSPACE_UNUSABLE,
            "The workspace " + workspace.id() + " is closed, or belongs to another runtime.",
            "The execution was not started.",
            "Open it with this runtime's openWorkspace(Path).")
        .toException();
  }

  private static String randomId() {
    byte[] bytes = new byte[8];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void requireOpen() {
    synchronized (flows) {
      if (!closed) {
        return;
      }
    }
    throw new Problem(
            ErrorCode.RUNTIME_CLOSED,
            "The runtime is closed.",
            "Nothing was started.",
            "Make a new runtime; close it only when no more executions are to come.")
        .toException();
  }

  @Override
  public SandboxProfile profile() {
    return config.profile();
  }

  @Override
  public void close() {
    List<ExecutionFlow> running;
    boolean first;
    synchronized (flows) {
      first = !closed;
      closed = true;
      running = List.copyOf(flows);
    }
    if (!first) {
      gone.join();
      return;
    }
    try {
      end(running);
    } finally {
      gone.complete(null);
    }
  }

  private void end(List<ExecutionFlow> running) {
    running.forEach(flow -> flow.execution().cancel());
    CompletableFuture.allOf(
            running.stream().map(ExecutionFlow::completion).toArray(CompletableFuture[]::new))
        .exceptionally(defect -> null)
        .completeOnTimeout(null, 30, TimeUnit.SECONDS)
        .join();
    sandboxes.close();
    backend.close();
    threads.close();
    synchronized (workspaces) {
      List.copyOf(workspaces.values()).forEach(DiskWorkspace::close);
    }
  }
}
