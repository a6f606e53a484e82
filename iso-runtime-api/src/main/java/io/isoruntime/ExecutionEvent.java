package io.isoruntime;

import java.time.Duration;

/** Something that happened during an execution. Immutable. */
public sealed interface ExecutionEvent {

  /** The sandbox is attested and the next instruction is the program's. */
  record Started(IsolationReport isolation) implements ExecutionEvent {}

  /** The program wrote; malformed UTF-8 is replaced by U+FFFD, a character is never split. */
  record Output(OutputStreamName stream, String text) implements ExecutionEvent {}

  /** The program called a tool. */
  record ToolStarted(long callId, String tool) implements ExecutionEvent {}

  /** A tool call ended. */
  record ToolEnded(long callId, String tool, ToolCallStatus status, Duration took)
      implements ExecutionEvent {}

  /** The subscriber was too slow: this many events were discarded at this point. */
  record Dropped(long count) implements ExecutionEvent {}

  /** The last event. */
  record Finished(ExecutionResult result) implements ExecutionEvent {}

  /** Which of the program's output streams. */
  enum OutputStreamName {
    /** Standard output. */
    STDOUT,
    /** Standard error. */
    STDERR
  }
}
