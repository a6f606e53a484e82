package io.isoruntime.cli;

import io.isoruntime.CodeFinding;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import java.util.List;
import java.util.function.BooleanSupplier;

/** How a run is told: for a person, or for a program. */
interface RunOutput {

  /** The execution was started. */
  void follow(Execution execution);

  /**
   * The execution has its result; waits until all that it wrote is passed on.
   *
   * @param hurry whether the command is to end soon
   */
  void drain(BooleanSupplier hurry) throws InterruptedException;

  /**
   * The check found something, and nothing was run.
   *
   * @return the exit status
   */
  int reject(List<CodeFinding> findings);

  /**
   * Everything is over.
   *
   * @return the exit status
   */
  int conclude(ExecutionResult result);
}
