package io.isoruntime.testkit;

import static java.util.Objects.requireNonNull;

import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A runtime for an embedder's tests: it runs no Python and isolates nothing, but answers as a real
 * one does, with events, a result and a workspace on disk.
 *
 * <pre>{@code
 * FakeRuntime runtime = FakeRuntime.in(tempDir)
 *     .when(request -> request.code().contains("plot"), FakeProgram.raising("KeyError", "x", 3))
 *     .then(FakeProgram.printing("42\n"));
 * }</pre>
 *
 * <p>A request goes to the first {@code when} that matches it, else to the next {@code then} in
 * order, else to {@code otherwise}. Safe for use by many threads. {@link #close()} cancels what
 * still runs and waits for it; the files stay.
 */
public final class FakeRuntime implements Runtime {
  private final Path root;
  private final List<Rule> rules = new ArrayList<>();
  private final Queue<FakeProgram> script = new ArrayDeque<>();
  private final List<ExecutionRequest> requests = new ArrayList<>();
  private final Set<FakeExecution> running = new HashSet<>();
  private final Set<Path> openDirectories = new HashSet<>();
  private @Nullable FakeProgram fallback;
  private @Nullable BiFunction<String, ToolRegistry, List<CodeFinding>> checks;
  private SandboxProfile profile = SandboxProfile.defaults();
  private boolean closed;

  private FakeRuntime(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** A runtime whose workspaces are in this directory, such as a test's temporary one. */
  public static FakeRuntime in(Path root) {
    return new FakeRuntime(root);
  }

  /** Runs this program for every request that matches. */
  public synchronized FakeRuntime when(Predicate<ExecutionRequest> matches, FakeProgram program) {
    rules.add(new Rule(requireNonNull(matches), requireNonNull(program)));
    return this;
  }

  /** Runs this program for the next request that no rule matches. */
  public synchronized FakeRuntime then(FakeProgram program) {
    script.add(requireNonNull(program));
    return this;
  }

  /** Runs this program for every request that has no other. */
  public synchronized FakeRuntime otherwise(FakeProgram program) {
    fallback = requireNonNull(program);
    return this;
  }

  /** Sets how {@link #check} answers: a fake has no Python to parse a program with. */
  public synchronized FakeRuntime whenChecked(
      BiFunction<String, ToolRegistry, List<CodeFinding>> answer) {
    checks = requireNonNull(answer);
    return this;
  }

  /** Sets what {@link #profile()} answers. */
  public synchronized FakeRuntime profile(SandboxProfile profile) {
    this.profile = requireNonNull(profile);
    return this;
  }

  /** The requests so far, in the order in which they were started. */
  public synchronized List<ExecutionRequest> requests() {
    return List.copyOf(requests);
  }

  @Override
  public Workspace openWorkspace() {
    return openWorkspace(root.resolve("codegen_" + UUID.randomUUID()));
  }

  @Override
  public synchronized Workspace openWorkspace(Path directory) {
    requireOpen();
    Path absolute = directory.toAbsolutePath().normalize();
    if (openDirectories.contains(absolute)) {
      throw busy(absolute);
    }
    FakeWorkspace workspace = new FakeWorkspace(this, absolute);
    openDirectories.add(absolute);
    return workspace;
  }

  /**
   * As a real runtime's.
   *
   * @throws IllegalStateException if no program is scripted for the request
   */
  @Override
  public synchronized Execution start(ExecutionRequest request) {
    requireOpen();
    FakeWorkspace workspace = workspaceOf(request);
    workspace.acquire();
    FakeProgram program;
    try {
      program = programFor(request);
    } catch (RuntimeException e) {
      workspace.release();
      throw e;
    }
    requests.add(request);
    FakeExecution execution = new FakeExecution(request, workspace);
    running.add(execution);
    execution.begin(program, () -> ended(execution));
    return execution;
  }

  private FakeWorkspace workspaceOf(ExecutionRequest request) {
    Workspace given = request.workspace();
    if (given == null) {
      return (FakeWorkspace) openWorkspace();
    }
    if (given instanceof FakeWorkspace workspace && workspace.belongsTo(this)) {
      return workspace;
    }
    throw new Problem(
            ErrorCode.WORKSPACE_UNUSABLE,
            "The workspace is another runtime's.",
            "Nothing was run.",
            "Open it with this runtime.")
        .toException();
  }

  private FakeProgram programFor(ExecutionRequest request) {
    for (Rule rule : rules) {
      if (rule.matches.test(request)) {
        return rule.program;
      }
    }
    FakeProgram next = script.poll();
    if (next == null) {
      next = fallback;
    }
    if (next == null) {
      throw new IllegalStateException(
          "Request " + (requests.size() + 1) + " has no program: script one more.");
    }
    return next;
  }

  /**
   * As {@link #whenChecked} says.
   *
   * @throws IllegalStateException if it was not called: no finding would be a claim
   */
  @Override
  public List<CodeFinding> check(String code, ToolRegistry tools) {
    BiFunction<String, ToolRegistry, List<CodeFinding>> answer;
    synchronized (this) {
      requireOpen();
      answer = checks;
    }
    if (answer == null) {
      throw new IllegalStateException("A check has no answer: script it with whenChecked.");
    }
    return List.copyOf(answer.apply(requireNonNull(code), requireNonNull(tools)));
  }

  @Override
  public synchronized SandboxProfile profile() {
    return profile;
  }

  @Override
  public void close() {
    List<FakeExecution> left;
    synchronized (this) {
      closed = true;
      left = List.copyOf(running);
    }
    left.forEach(FakeExecution::cancel);
    left.forEach(FakeExecution::awaitResult);
  }

  private synchronized void ended(FakeExecution execution) {
    running.remove(execution);
  }

  synchronized void released(Path directory) {
    openDirectories.remove(directory);
  }

  private void requireOpen() {
    if (closed) {
      throw new Problem(
              ErrorCode.RUNTIME_CLOSED,
              "The runtime was closed.",
              "Nothing was run.",
              "Make a new one.")
          .toException();
    }
  }

  static IsoException busy(Path directory) {
    return new Problem(
            ErrorCode.WORKSPACE_BUSY,
            "The workspace " + directory + " is in use.",
            "Nothing was changed.",
            "Wait for the execution's result, or use another workspace.")
        .toException();
  }

  private record Rule(Predicate<ExecutionRequest> matches, FakeProgram program) {}
}
