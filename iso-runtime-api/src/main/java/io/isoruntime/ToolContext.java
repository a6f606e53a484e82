package io.isoruntime;

import java.time.Duration;
import java.util.Map;

/** Who calls a tool, and until when. Safe for use by many threads. */
public interface ToolContext {

  /** The execution that calls. */
  String executionId();

  /** The call's number within the execution. */
  long callId();

  /** Time left until the call's deadline; zero when it has passed. */
  Duration remaining();

  /** Whether the call's answer is no longer wanted: its execution ended or its deadline passed. */
  boolean isCancelled();

  /**
   * Runs the action when the call is cancelled, on a thread of this library; if it is already, at
   * once on the calling thread.
   */
  void onCancel(Runnable action);

  /** What the embedder gave with the request. */
  Map<String, Object> attributes();
}
