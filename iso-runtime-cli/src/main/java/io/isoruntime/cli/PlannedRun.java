package io.isoruntime.cli;

import io.isoruntime.CodeFinding;
import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntSupplier;

/** Carries out a plan; whatever happens, there is a result, and it is told. */
final class PlannedRun {
  private final RunPlan plan;
  private final RuntimeSpec.Opener opener;
  private final RunOutput output;

  PlannedRun(RunPlan plan, RuntimeSpec.Opener opener, RunOutput output) {
    this.plan = plan;
    this.opener = opener;
    this.output = output;
  }

  /** Runs to the end and returns the exit status. */
  int run() {
    try (Interruption interruption = Interruption.awaited()) {
      int status = ExitStatus.INFRASTRUCTURE;
      try {
        status = carriedOut(interruption).getAsInt();
      } finally {
        interruption.over(status);
      }
      return status;
    }
  }

  /** What is left to be told, once all is closed. */
  private IntSupplier carriedOut(Interruption interruption) {
    ExecutionResult result;
    try (Runtime runtime = opener.open(plan.runtime())) {
      List<CodeFinding> findings =
          plan.checked() ? runtime.check(plan.code(), plan.tools()) : List.of();
      if (!findings.isEmpty()) {
        return () -> output.reject(findings);
      }
      result = result(runtime, interruption);
    } catch (IsoException e) {
      result = withoutExecution(e.problem(), plan.runtime().target());
    } catch (InterruptedException | RuntimeException e) {
      result = withoutExecution(defect(e), plan.runtime().target());
    }
    ExecutionResult last = result;
    return () -> output.conclude(last);
  }

  private ExecutionResult result(Runtime runtime, Interruption interruption)
      throws InterruptedException {
    try (Workspace workspace = plan.openIn(runtime)) {
      Execution execution = runtime.start(plan.requestIn(workspace));
      interruption.onInterrupt(execution::cancel);
      output.follow(execution);
      ExecutionResult result = execution.result().toCompletableFuture().join();
      output.drain(interruption::happened);
      return result;
    }
  }

  private static Problem defect(Throwable thrown) {
    return new Problem(
        ErrorCode.INTERNAL,
        "iso failed for a defect of its own: " + thrown + ".",
        "The execution has no result.",
        "Run it again with -vv and report what it says.");
  }

  /** The host was not ready, so there is nothing to tell but why. */
  static ExecutionResult withoutExecution(Problem problem, Target target) {
    return ExecutionResult.builder("", outcome(problem), Path.of(""))
        .isolation(IsolationReport.none(target.backend().label()))
        .build();
  }

  private static Outcome outcome(Problem problem) {
    return problem.code().isRefusal()
        ? new Outcome.Refused(problem)
        : new Outcome.InfrastructureFailed(problem);
  }
}
