package io.isoruntime.testkit;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.OutputText;
import io.isoruntime.RejectedArtifact;
import io.isoruntime.Usage;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** What a fake program produced so far, and its files in the workspace. */
final class FakeRecord implements FakeSandbox {
  private final FakeExecution execution;
  private final ExecutionRequest request;
  private final FakeWorkspace workspace;
  private final FakeCalls calls;
  private final StringBuilder stdout = new StringBuilder();
  private final StringBuilder stderr = new StringBuilder();
  private final Map<String, Artifact> artifacts = new LinkedHashMap<>();
  private final List<RejectedArtifact> rejected = new ArrayList<>();
  private IsolationReport isolation = IsolationReport.none("fake");
  private @Nullable String resultJson;
  private @Nullable Limit limit;

  FakeRecord(FakeExecution execution, ExecutionRequest request, FakeWorkspace workspace) {
    this.execution = execution;
    this.request = request;
    this.workspace = workspace;
    this.calls = new FakeCalls(execution, request, workspace);
  }

  void begin() {
    workspace.beginRun(execution.id());
    workspace.write("pkg/main.py", request.code().getBytes(StandardCharsets.UTF_8));
    execution.publish(new ExecutionEvent.Started(isolation));
  }

  @Override
  public ExecutionRequest request() {
    return request;
  }

  @Override
  public synchronized void print(OutputStreamName stream, String text) {
    requireUndecided();
    (stream == OutputStreamName.STDOUT ? stdout : stderr).append(text);
    execution.publish(new ExecutionEvent.Output(stream, text));
  }

  @Override
  public byte[] readInput(String name) {
    requireUndecided();
    return workspace.read("in/" + name);
  }

  @Override
  public synchronized void writeFile(String path, byte[] content) {
    requireUndecided();
    String relative = "out/files/" + path;
    workspace.write(relative, content);
    artifacts.put(
        path,
        new Artifact(
            path, content.length, sha256(content), workspace.directory().resolve(relative)));
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256.", e);
    }
  }

  @Override
  public synchronized void reject(String path, String reason) {
    requireUndecided();
    rejected.add(new RejectedArtifact(path, reason));
  }

  @Override
  public synchronized void setResult(@Nullable Object value) {
    requireUndecided();
    resultJson = Json.text(value);
  }

  @Override
  public synchronized void notice(Limit limit) {
    requireUndecided();
    this.limit = limit;
  }

  @Override
  public synchronized void report(IsolationReport isolation) {
    requireUndecided();
    this.isolation = isolation;
  }

  @Override
  public void publish(ExecutionEvent event) {
    requireUndecided();
    execution.publish(event);
  }

  @Override
  public @Nullable Object call(String tool, Object arguments) {
    requireUndecided();
    return calls.call(tool, arguments);
  }

  @Override
  public Outcome awaitEnd() throws InterruptedException {
    return execution.awaitDecision();
  }

  private void requireUndecided() {
    if (execution.isDecided()) {
      throw new CancellationException("The execution is decided.");
    }
  }

  /** Writes the records and makes the result. */
  synchronized ExecutionResult finish(Outcome outcome, Instant started) {
    ExecutionResult.Builder builder =
        ExecutionResult.builder(execution.id(), outcome, workspace.directory())
            .stdout(text(stdout))
            .stderr(text(stderr))
            .result(resultJson, plain(resultJson))
            .artifacts(List.copyOf(sorted(artifacts.values())))
            .rejected(rejected)
            .toolCalls(calls.calls())
            .ledger(calls.ledger())
            .usage(new Usage(Duration.between(started, Instant.now()), Duration.ZERO, 0))
            .isolation(isolation);
    if (limit != null) {
      builder.limit(limit);
    }
    ExecutionResult result = builder.build();
    workspace.write("out/runtime.out.log", bytes(stdout.toString()));
    workspace.write("out/runtime.err.log", bytes(stderr.toString()));
    if (resultJson != null) {
      workspace.write("out/result.json", bytes(resultJson));
    }
    workspace.write("out/execution.json", bytes(ExecutionJson.write(result)));
    return result;
  }

  private static Collection<Artifact> sorted(Collection<Artifact> artifacts) {
    return artifacts.stream().sorted(java.util.Comparator.comparing(Artifact::path)).toList();
  }

  private static OutputText text(StringBuilder text) {
    return text.isEmpty()
        ? OutputText.EMPTY
        : new OutputText(text.toString(), bytes(text.toString()).length, false);
  }

  private static @Nullable Object plain(@Nullable String json) {
    try {
      return json == null ? null : Json.plain(bytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
