package io.isoruntime.cli;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Runtime;
import io.isoruntime.ToolRegistry;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that {@code iso run} was asked for, checked: what fails from here on is not the fault of who
 * typed it.
 *
 * @param inputs files that it is to find
 * @param workspace where to run it; empty for a fresh one
 * @param tools what it may call
 * @param limits of this execution
 * @param runtime the runtime to make
 * @param code the program
 * @param checked whether to check it first, and to run it only if nothing is found
 */
record RunPlan(
    List<InputFile> inputs,
    Optional<Path> workspace,
    ToolRegistry tools,
    ExecutionLimits limits,
    RuntimeSpec runtime,
    String code,
    boolean checked) {

  /** Opens the workspace and copies the inputs; a fresh one that can't be filled is not left. */
  Workspace openIn(Runtime runtime) {
    Workspace opened = workspace.map(runtime::openWorkspace).orElseGet(runtime::openWorkspace);
    try {
      inputs.forEach(input -> opened.put(input.name(), input.file()));
      return opened;
    } catch (RuntimeException e) {
      if (workspace.isEmpty()) {
        opened.delete();
      } else {
        opened.close();
      }
      throw e;
    }
  }

  ExecutionRequest requestIn(Workspace opened) {
    return ExecutionRequest.python(code).in(opened).tools(tools).limits(limits).build();
  }
}
