package io.isoruntime.toolhost;

import io.isoruntime.ToolContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A call's context, as a supervisor would give it. */
final class Call implements ToolContext {
  private final long until;
  private final List<Runnable> actions = new ArrayList<>();
  private boolean cancelled;

  Call(Duration time) {
    this.until = System.nanoTime() + time.toNanos();
  }

  void cancel() {
    List<Runnable> due;
    synchronized (this) {
      cancelled = true;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  @Override
  public String executionId() {
    return "test";
  }

  @Override
  public long callId() {
    return 1;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public synchronized void onCancel(Runnable action) {
    actions.add(action);
  }

  @Override
  public Map<String, Object> attributes() {
    return Map.of();
  }
}
