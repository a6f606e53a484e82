package io.isoruntime.cli.doctor;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Judges a host by how the trial went. */
final class TrialRows {
  private static final String INTERPRETER = "interpreter";
  private static final String TRIAL = "trial";

  /** Names that say of themselves that they hold a secret. */
  private static final Pattern SECRET =
      Pattern.compile(
          "AWS_.*|(.*_)?(TOKEN|KEY|SECRET|PASSWORD|CREDENTIALS)", Pattern.CASE_INSENSITIVE);

  private TrialRows() {}

  /** The rows when there was no runtime, and hence no trial. */
  static List<Row> of(Problem problem, String python) {
    boolean interpreter = problem.code() == ErrorCode.INTERPRETER_UNUSABLE;
    return List.of(
        interpreter
            ? Row.fail(INTERPRETER, problem.cause(), problem.remedy())
            : Row.pass(INTERPRETER, python),
        Row.fail(TRIAL, "not run: " + problem.cause(), problem.remedy()));
  }

  static List<Row> of(ExecutionResult result, String python, HostReadings host) {
    Map<?, ?> told = result.result() instanceof Map<?, ?> map ? map : Map.of();
    List<Row> rows = new ArrayList<>();
    rows.add(interpreter(told, python));
    rows.add(trial(result, told));
    for (IsolationReport.Reading reading : result.isolation().controls()) {
      rows.add(isolation(reading, host));
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
    if (outcome instanceof Outcome.Refused refused) {
      return Row.fail(TRIAL, refused.problem().cause(), refused.problem().remedy());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return Row.fail(TRIAL, failed.problem().cause(), failed.problem().remedy());
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

  private static Row isolation(IsolationReport.Reading reading, HostReadings host) {
    return Row.of(
        reading.state() == IsolationReport.State.ENFORCED,
        "isolation." + reading.control().label(),
        reading.evidence(),
        ControlRemedy.of(reading.control(), host));
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
