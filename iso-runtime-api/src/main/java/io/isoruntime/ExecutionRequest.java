package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to run, where, with which tools and limits. Immutable.
 *
 * <pre>{@code
 * ExecutionRequest.python(code).in(workspace).tools(tools).timeout(Duration.ofSeconds(30)).build()
 * }</pre>
 */
public final class ExecutionRequest {
  private final String code;
  private final @Nullable Workspace workspace;
  private final ToolRegistry tools;
  private final ToolPolicy policy;
  private final @Nullable ExecutionListener listener;
  private final ExecutionLimits limits;
  private final Map<String, Object> attributes;

  private ExecutionRequest(Builder builder) {
    code = builder.code;
    workspace = builder.workspace;
    tools = builder.tools;
    policy = builder.policy;
    listener = builder.listener;
    limits =
        builder.timeout == null
            ? builder.limits
            : builder.limits.toBuilder().wallTime(builder.timeout).build();
    attributes = Map.copyOf(builder.attributes);
  }

  /** Begins a request to run this Python source as {@code __main__}. */
  public static Builder python(String code) {
    return new Builder(code);
  }

  /** The program's source. */
  public String code() {
    return code;
  }

  /** Where inputs come from and outputs go; {@code null} means a fresh workspace that is kept. */
  public @Nullable Workspace workspace() {
    return workspace;
  }

  /** The tools that the program may call; empty by default. */
  public ToolRegistry tools() {
    return tools;
  }

  /** What the program may do with the tools; every call of them by default. */
  public ToolPolicy policy() {
    return policy;
  }

  /** Who is told of the tool calls; {@code null} means nobody. */
  public @Nullable ExecutionListener listener() {
    return listener;
  }

  /** The limits of this execution. */
  public ExecutionLimits limits() {
    return limits;
  }

  /** The embedder's own values (a user, a tenant), handed to every {@link ToolContext}. */
  public Map<String, Object> attributes() {
    return attributes;
  }

  /** Collects a request. Not thread-safe. */
  public static final class Builder {
    private final String code;
    private @Nullable Workspace workspace;
    private ToolRegistry tools = ToolRegistry.empty();
    private ToolPolicy policy = ToolPolicy.unrestricted();
    private @Nullable ExecutionListener listener;
    private ExecutionLimits limits = ExecutionLimits.defaults();
    private @Nullable Duration timeout;
    private Map<String, Object> attributes = Map.of();

    private Builder(String code) {
      this.code = requireNonNull(code, "code");
    }

    /** Runs in this workspace, which must be open and of the same runtime. */
    public Builder in(Workspace workspace) {
      this.workspace = requireNonNull(workspace, "workspace");
      return this;
    }

    /** Lends these tools to the program. */
    public Builder tools(ToolRegistry tools) {
      this.tools = requireNonNull(tools, "tools");
      return this;
    }

    /** Sets what the program may do with the tools. */
    public Builder policy(ToolPolicy policy) {
      this.policy = requireNonNull(policy, "policy");
      return this;
    }

    /** Sets who is told of the tool calls. */
    public Builder listener(ExecutionListener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /** Sets all limits but the one of {@link #timeout}, where that is called too. */
    public Builder limits(ExecutionLimits limits) {
      this.limits = requireNonNull(limits, "limits");
      return this;
    }

    /** Sets the wall-clock limit alone; it counts from the program's first instruction. */
    public Builder timeout(Duration timeout) {
      this.timeout = timeout;
      ExecutionLimits.builder().wallTime(timeout); // checks the range now
      return this;
    }

    /** Sets the values that tool handlers find in their context. */
    public Builder attributes(Map<String, ?> attributes) {
      this.attributes = Map.copyOf(attributes);
      return this;
    }

    /** Builds the request. */
    public ExecutionRequest build() {
      return new ExecutionRequest(this);
    }
  }
}
