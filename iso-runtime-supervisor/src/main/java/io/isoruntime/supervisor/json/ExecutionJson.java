package io.isoruntime.supervisor.json;

import com.fasterxml.jackson.databind.util.RawValue;
import io.isoruntime.Artifact;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.PythonError;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a result, the same on the command line and in {@code out/execution.json}. */
public final class ExecutionJson {
  private ExecutionJson() {}

  /** One object on one line. */
  public static String write(ExecutionResult result) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("id", result.id());
    json.put("status", result.outcome().status());
    json.put("limit", result.limit().map(Limit::label).orElse(null));
    json.put("error", error(result.outcome()));
    json.put("stdout", result.stdout().text());
    json.put("stderr", result.stderr().text());
    json.put("stdoutTruncated", result.stdout().truncated());
    json.put("stderrTruncated", result.stderr().truncated());
    json.put("result", raw(result.resultJson()));
    json.put("artifacts", result.artifacts().stream().map(ExecutionJson::artifact).toList());
    json.put("rejected", result.rejected().stream().map(ExecutionJson::rejected).toList());
    json.put("toolCalls", result.toolCalls().stream().map(ExecutionJson::toolCall).toList());
    json.put(
        "ledger",
        Json.object(
            "entries", result.ledger().entries(),
            "refused", result.ledger().refused(),
            "head", result.ledger().head()));
    json.put(
        "usage",
        Json.object(
            "wallMillis", result.usage().wall().toMillis(),
            "cpuMillis", result.usage().cpu().toMillis(),
            "peakMemoryBytes", result.usage().peakMemoryBytes()));
    json.put("isolation", isolation(result.isolation()));
    json.put("workspace", result.workspace().toString());
    json.put("notes", result.notes());
    return Json.text(json);
  }

  /** Line ends within would let a program write lines of its own between those of results. */
  private static @Nullable RawValue raw(@Nullable String json) {
    return json == null ? null : new RawValue(Json.onOneLine(json));
  }

  private static @Nullable Object error(Outcome outcome) {
    if (outcome instanceof Outcome.CodeFailed failed) {
      return pythonError(failed.error());
    } else if (outcome instanceof Outcome.Refused refused) {
      return problem(refused.problem());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return problem(failed.problem());
    } else {
      return null;
    }
  }

  private static Object pythonError(PythonError error) {
    return Json.object(
        "code", error.code().code(),
        "type", error.type(),
        "message", error.message(),
        "line", error.line().isPresent() ? error.line().getAsInt() : null,
        "traceback", error.traceback(),
        "remedy", error.remedy());
  }

  private static Object problem(Problem problem) {
    return Json.object(
        "code",
        problem.code().code(),
        "type",
        null,
        "message",
        problem.cause() + " " + problem.consequence(),
        "line",
        null,
        "traceback",
        null,
        "remedy",
        problem.remedy());
  }

  private static Object artifact(Artifact artifact) {
    return Json.object(
        "path", artifact.path(), "size", artifact.size(), "sha256", artifact.sha256());
  }

  private static Object rejected(RejectedArtifact rejected) {
    return Json.object("path", rejected.path(), "reason", rejected.reason());
  }

  private static Object toolCall(ToolCall call) {
    return Json.object(
        "id", call.id(),
        "tool", call.tool(),
        "status", call.status().label(),
        "micros", call.took().toNanos() / 1_000);
  }

  private static Object isolation(IsolationReport report) {
    List<Object> controls = new ArrayList<>();
    for (IsolationReport.Reading reading : report.controls()) {
      controls.add(
          Json.object(
              "control", reading.control().label(),
              "state", reading.state().name().toLowerCase(java.util.Locale.ROOT),
              "evidence", reading.evidence()));
    }
    return Json.object(
        "backend", report.backend(),
        "channel", report.channel(),
        "waived", report.waived().stream().map(io.isoruntime.Control::label).toList(),
        "controls", controls);
  }
}
