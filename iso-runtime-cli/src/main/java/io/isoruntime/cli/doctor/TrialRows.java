package io.isoruntime.cli.doctor;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Judges a host by how the trial went. */
final class TrialRows {
  private static final String INTERPRETER = "interpreter";
  private static final String TRIAL = "trial";

  /** Names that say of themselves that they hold a secret, or lead to where there are some. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(AWS|DOCKER)_.*|(.*_)?(TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS|PROXY)|.*_(SECRET|KEY).*",
          Pattern.CASE_INSENSITIVE);

  private TrialRows() {}

  /** The rows when there was no runtime, and hence no trial. */
  static List<Row> of(Problem problem, String python) {
    boolean interpreter = problem.code() == ErrorCode.INTERPRETER_UNUSABLE;
    return List.of(
        interpreter
            ? Row.fail(INTERPRETER, problem.cause(), problem.remedy())
            : Row.pass(INTERPRETER, python),
        notRun(problem));
  }

  /** The row of a trial that there could not be. */
  static Row notRun(Problem problem) {
    return Row.fail(TRIAL, "not run: " + problem.cause(), problem.remedy());
  }

  /** Why the host could not run a program, if it couldn't. */
  static Optional<Problem> problem(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      return Optional.of(refused.problem());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return Optional.of(failed.problem());
    }
    return Optional.empty();
  }

  static List<Row> of(ExecutionResult result, String python, HostReadings host) {
    List<Row> rows = new ArrayList<>();
    rows.add(interpreter(told(result), python));
    rows.addAll(rows(result, control -> ControlRemedy.of(control, host)));
    return rows;
  }

  /**
   * The rows of a trial in a container.
   *
   * @param image the container's image
   * @param ociRuntime the OCI runtime that was asked for
   */
  static List<Row> inContainer(ExecutionResult result, String image, Optional<String> ociRuntime) {
    Map<?, ?> told = told(result);
    List<Row> rows = new ArrayList<>();
    if (told.get("python") != null) {
      rows.add(
          Row.pass(
              INTERPRETER,
              "Python " + told.get("python") + ", " + told.get("executable") + " in " + image));
    }
    rows.addAll(rows(result, control -> ControlRemedy.inContainer(control, ociRuntime)));
    return rows;
  }

  private static Map<?, ?> told(ExecutionResult result) {
    return result.result() instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<Row> rows(ExecutionResult result, Function<Control, String> remedies) {
    Map<?, ?> told = told(result);
    List<Row> rows = new ArrayList<>();
    rows.add(trial(result, told));
    for (IsolationReport.Reading reading : result.isolation().controls()) {
      rows.add(isolation(reading, remedies));
    }
    if (told.get("environment") instanceof List<?> names) {
      rows.add(credentials(names.stream().map(String::valueOf).toList()));
    }
    return rows;
  }

  private static Row interpreter(Map<?, ?> told, String python) {
    Object version = told.get("python");
    Object executable = told.get("executable");
    if (version == null || executable == null) {
      return Row.pass(INTERPRETER, python);
    }
    return Row.pass(
        INTERPRETER,
        "Python "
            + version
            + ", "
            + executable
            + (executable.equals(python) ? "" : " for '" + python + "'"));
  }

  private static Row trial(ExecutionResult result, Map<?, ?> told) {
    Outcome outcome = result.outcome();
    Optional<Problem> problem = problem(outcome);
    if (problem.isPresent()) {
      return Row.fail(TRIAL, problem.get().cause(), problem.get().remedy());
    }
    boolean complete = Trial.ANSWER.equals(told.get("answer")) && result.artifacts().size() == 1;
    if (outcome instanceof Outcome.Completed && complete) {
      double seconds = result.usage().wall().toNanos() / 1e9;
      return Row.pass(
          TRIAL,
          String.format(
              Locale.ROOT, "a program called a tool and left a file, in %.3f s", seconds));
    }
    return Row.fail(
        TRIAL,
        "the program ended " + outcome.status() + failure(outcome),
        "Run a program of your own with iso run -vv and look at what it says.");
  }

  private static String failure(Outcome outcome) {
    return outcome instanceof Outcome.CodeFailed failed
        ? ": " + failed.error().type() + ": " + failed.error().message()
        : "";
  }

  private static Row isolation(
      IsolationReport.Reading reading, Function<Control, String> remedies) {
    return Row.of(
        reading.state() == IsolationReport.State.ENFORCED,
        "isolation." + reading.control().label(),
        reading.evidence(),
        remedies.apply(reading.control()));
  }

  private static Row credentials(List<String> names) {
    List<String> secrets = names.stream().filter(name -> SECRET.matcher(name).matches()).toList();
    return Row.of(
        secrets.isEmpty(),
        "isolation.credentials",
        secrets.isEmpty()
            ? "none among " + String.join(" ", names)
            : "the program sees " + String.join(" ", secrets),
        "Don't run untrusted code here; report it as SECURITY.md says.");
  }
}
