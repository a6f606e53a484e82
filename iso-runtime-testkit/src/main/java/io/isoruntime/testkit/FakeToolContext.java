package io.isoruntime.testkit;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ToolContext;
import java.time.Duration;
import java.util.Map;

/** Who calls, in a fake execution. */
record FakeToolContext(
    FakeExecution execution, long callId, long deadlineNanos, ExecutionRequest request)
    implements ToolContext {

  @Override
  public String executionId() {
    return execution.id();
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  @Override
  public boolean isCancelled() {
    return execution.isDecided() || remaining().isZero();
  }

  @Override
  public void onCancel(Runnable action) {
    execution.onDecision(action);
  }

  @Override
  public Map<String, Object> attributes() {
    return request.attributes();
  }
}
