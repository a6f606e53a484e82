package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How an execution ended and everything that it had produced until then, whatever the outcome.
 * Immutable. The same is in the workspace's {@code out/execution.json}.
 */
public final class ExecutionResult {
  private final String id;
  private final Outcome outcome;
  private final @Nullable Limit limit;
  private final OutputText stdout;
  private final OutputText stderr;
  private final @Nullable String resultJson;
  private final Supplier<? extends @Nullable Object> result;
  private final List<Artifact> artifacts;
  private final List<RejectedArtifact> rejected;
  private final List<ToolCall> toolCalls;
  private final LedgerSummary ledger;
  private final Usage usage;
  private final IsolationReport isolation;
  private final Path workspace;
  private final List<String> notes;

  private ExecutionResult(Builder builder) {
    id = builder.id;
    outcome = builder.outcome;
    limit = builder.limit;
    stdout = builder.stdout;
    stderr = builder.stderr;
    resultJson = builder.resultJson;
    result = builder.result;
    artifacts = List.copyOf(builder.artifacts);
    rejected = List.copyOf(builder.rejected);
    toolCalls = List.copyOf(builder.toolCalls);
    ledger = builder.ledger;
    usage = builder.usage;
    isolation = builder.isolation;
    workspace = builder.workspace;
    notes = List.copyOf(builder.notes);
  }

  /** Begins a result. Embedders need this for tests only. */
  public static Builder builder(String id, Outcome outcome, Path workspace) {
    return new Builder(id, outcome, workspace);
  }

  /** The execution's id. */
  public String id() {
    return id;
  }

  /** How it ended. */
  public Outcome outcome() {
    return outcome;
  }

  /** Whether the program ran to its end. */
  public boolean isCompleted() {
    return outcome instanceof Outcome.Completed;
  }

  /** The limit that ended the program, or that it met on the way. */
  public Optional<Limit> limit() {
    return Optional.ofNullable(limit);
  }

  /** Standard output, capped. */
  public OutputText stdout() {
    return stdout;
  }

  /** Standard error, capped. */
  public OutputText stderr() {
    return stderr;
  }

  /** What the program gave to {@code set_result}, as JSON; {@code null} when it gave nothing. */
  public @Nullable String resultJson() {
    return resultJson;
  }

  /**
   * What the program gave to {@code set_result}: {@code Map}, {@code List}, {@code String}, {@code
   * Long}, {@code BigInteger}, {@code Double}, {@code Boolean}, or {@code null}. Made anew of
   * {@link #resultJson()} at each call.
   */
  public @Nullable Object result() {
    return result.get();
  }

  /** The files that the program made or changed. */
  public List<Artifact> artifacts() {
    return artifacts;
  }

  /** What it left that was not taken. */
  public List<RejectedArtifact> rejected() {
    return rejected;
  }

  /** The tool calls, in the order of their arrival. */
  public List<ToolCall> toolCalls() {
    return toolCalls;
  }

  /** What pins the ledger of tool calls in the workspace's {@code out/calls}. */
  public LedgerSummary ledger() {
    return ledger;
  }

  /** What it used. */
  public Usage usage() {
    return usage;
  }

  /** What was in force. */
  public IsolationReport isolation() {
    return isolation;
  }

  /** The workspace's directory. */
  public Path workspace() {
    return workspace;
  }

  /** What else the embedder should know, such as records that could not be written. */
  public List<String> notes() {
    return notes;
  }

  @Override
  public String toString() {
    return "ExecutionResult[" + id + ", " + outcome + "]";
  }

  /** Collects a result. Not thread-safe. */
  public static final class Builder {
    private final String id;
    private final Outcome outcome;
    private final Path workspace;
    private @Nullable Limit limit;
    private OutputText stdout = OutputText.EMPTY;
    private OutputText stderr = OutputText.EMPTY;
    private @Nullable String resultJson;
    private Supplier<? extends @Nullable Object> result = () -> null;
    private List<Artifact> artifacts = List.of();
    private List<RejectedArtifact> rejected = List.of();
    private List<ToolCall> toolCalls = List.of();
    private LedgerSummary ledger;
    private Usage usage = Usage.NONE;
    private IsolationReport isolation = IsolationReport.none("none");
    private List<String> notes = List.of();

    private Builder(String id, Outcome outcome, Path workspace) {
      this.id = requireNonNull(id);
      this.outcome = requireNonNull(outcome);
      this.workspace = requireNonNull(workspace);
      this.ledger = LedgerSummary.empty(id);
      if (outcome instanceof Outcome.LimitExceeded exceeded) {
        limit = exceeded.limit();
      }
    }

    /** Sets {@link ExecutionResult#limit()}. */
    public Builder limit(@Nullable Limit limit) {
      this.limit = limit;
      return this;
    }

    /** Sets {@link ExecutionResult#stdout()}. */
    public Builder stdout(OutputText stdout) {
      this.stdout = stdout;
      return this;
    }

    /** Sets {@link ExecutionResult#stderr()}. */
    public Builder stderr(OutputText stderr) {
      this.stderr = stderr;
      return this;
    }

    /** Sets {@link ExecutionResult#resultJson()} and {@link ExecutionResult#result()}. */
    public Builder result(@Nullable String json, @Nullable Object value) {
      return lazyResult(json, () -> value);
    }

    /** The same with a value that is made of the JSON at each call: it may be many times larger. */
    public Builder lazyResult(@Nullable String json, Supplier<? extends @Nullable Object> value) {
      this.resultJson = json;
      this.result = requireNonNull(value);
      return this;
    }

    /** Sets {@link ExecutionResult#artifacts()}. */
    public Builder artifacts(List<Artifact> artifacts) {
      this.artifacts = artifacts;
      return this;
    }

    /** Sets {@link ExecutionResult#rejected()}. */
    public Builder rejected(List<RejectedArtifact> rejected) {
      this.rejected = rejected;
      return this;
    }

    /** Sets {@link ExecutionResult#toolCalls()}. */
    public Builder toolCalls(List<ToolCall> toolCalls) {
      this.toolCalls = toolCalls;
      return this;
    }

    /** Sets {@link ExecutionResult#ledger()}. */
    public Builder ledger(LedgerSummary ledger) {
      this.ledger = requireNonNull(ledger);
      return this;
    }

    /** Sets {@link ExecutionResult#usage()}. */
    public Builder usage(Usage usage) {
      this.usage = usage;
      return this;
    }

    /** Sets {@link ExecutionResult#isolation()}. */
    public Builder isolation(IsolationReport isolation) {
      this.isolation = isolation;
      return this;
    }

    /** Sets {@link ExecutionResult#notes()}. */
    public Builder notes(List<String> notes) {
      this.notes = notes;
      return this;
    }

    /** Builds the result. */
    public ExecutionResult build() {
      return new ExecutionResult(this);
    }
  }
}
