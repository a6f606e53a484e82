package io.isoruntime.cli.bench;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A runtime of this library, from the call to the result, in workspaces that are used again.
 * Thread-safe.
 */
public final class RuntimeContender implements Contender {
  private final String name;
  private final String title;
  private final Runtime runtime;
  private final String code;
  private final ToolRegistry tools;
  private final Queue<Workspace> workspaces = new ConcurrentLinkedQueue<>();
  private volatile IsolationReport isolation = IsolationReport.none("none");

  /**
   * Takes over the runtime.
   *
   * @param code what is run
   */
  public RuntimeContender(String name, String title, Runtime runtime, String code) {
    this(name, title, runtime, code, ToolRegistry.empty());
  }

  RuntimeContender(String name, String title, Runtime runtime, String code, ToolRegistry tools) {
    this.name = name;
    this.title = title;
    this.runtime = runtime;
    this.code = code;
    this.tools = tools;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String title() {
    return title;
  }

  @Override
  public boolean isOurs() {
    return true;
  }

  @Override
  public long time() throws AbsentException {
    long begin = System.nanoTime();
    execute();
    return System.nanoTime() - begin;
  }

  /** Runs it once; the result is that of a program that completed. */
  ExecutionResult execute() throws AbsentException {
    Workspace free = workspaces.poll();
    Workspace workspace = free != null ? free : runtime.openWorkspace();
    ExecutionResult result =
        runtime.execute(ExecutionRequest.python(code).tools(tools).in(workspace).build());
    workspaces.add(workspace);
    isolation = result.isolation();
    return completed(result);
  }

  /**
   * The result of a program that completed.
   *
   * @throws AbsentException if it didn't
   */
  static ExecutionResult completed(ExecutionResult result) throws AbsentException {
    Outcome outcome = result.outcome();
    if (result.isCompleted()) {
      return result;
    }
    throw new AbsentException(
        outcome instanceof Outcome.CodeFailed failed
            ? failed.error().type() + ": " + failed.error().message()
            : outcome instanceof Outcome.Refused refused
                ? refused.problem().message()
                : outcome.toString());
  }

  /** What isolated the last run. */
  public IsolationReport isolation() {
    return isolation;
  }

  @Override
  public void close() {
    workspaces.forEach(Workspace::delete);
    runtime.close();
  }
}
