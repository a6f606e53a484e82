package io.isoruntime.cli.bench;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import org.jspecify.annotations.Nullable;

/**
 * One size of what grows: a trivial program in a workspace, or with tools, of that size. What is to
 * be there is there before the clock starts.
 */
final class GrowthContender implements Contender {
  private final GrowthAxis axis;
  private final int size;
  private final Runtime runtime;
  private final ToolRegistry tools;
  private @Nullable Workspace workspace;

  /** On a runtime that it does not close. */
  GrowthContender(GrowthAxis axis, int size, Runtime runtime) {
    this.axis = axis;
    this.size = size;
    this.runtime = runtime;
    this.tools = axis.tools(size);
  }

  @Override
  public String name() {
    return axis.key() + size;
  }

  @Override
  public String title() {
    return axis.title() + ": " + size;
  }

  @Override
  public boolean isOurs() {
    return true;
  }

  int size() {
    return size;
  }

  @Override
  public long time() throws AbsentException {
    ExecutionRequest request =
        ExecutionRequest.python("pass").tools(tools).in(filledWorkspace()).build();
    long begin = System.nanoTime();
    RuntimeContender.completed(runtime.execute(request));
    return System.nanoTime() - begin;
  }

  private Workspace filledWorkspace() {
    Workspace filled = workspace;
    if (filled == null) {
      filled = runtime.openWorkspace();
      workspace = filled;
      axis.fill(filled, size);
    }
    return filled;
  }

  @Override
  public void close() {
    if (workspace != null) {
      workspace.delete();
    }
  }
}
