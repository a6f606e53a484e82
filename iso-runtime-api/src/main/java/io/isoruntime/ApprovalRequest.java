package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that waits for an approval. Immutable.
 *
 * @param executionId the execution that calls
 * @param callId the call's number within the execution
 * @param tool the tool
 * @param arguments what the tool would get, as JSON has it: maps, lists, strings, numbers, booleans
 *     and {@code null}; they fit the tool
 * @param shown the same without what the policy's {@link ToolRedaction} withholds: what may be
 *     shown to a person, or logged
 * @param attributes what the embedder gave with the request
 */
public record ApprovalRequest(
    String executionId,
    long callId,
    Tool<?, ?> tool,
    Map<String, @Nullable Object> arguments,
    Map<String, @Nullable Object> shown,
    Map<String, Object> attributes) {

  /** Copies the maps. */
  // In full: javac keeps no type annotations on the parameters of a compact one.
  public ApprovalRequest(
      String executionId,
      long callId,
      Tool<?, ?> tool,
      Map<String, @Nullable Object> arguments,
      Map<String, @Nullable Object> shown,
      Map<String, Object> attributes) {
    this.executionId = requireNonNull(executionId);
    this.callId = callId;
    this.tool = requireNonNull(tool);
    this.arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    this.shown = Collections.unmodifiableMap(new LinkedHashMap<>(shown));
    this.attributes = Map.copyOf(attributes);
  }

  /** Without the arguments that are to be withheld. */
  @Override
  public String toString() {
    return "ApprovalRequest[" + executionId + ", " + callId + ", " + tool + ", " + shown + "]";
  }
}
