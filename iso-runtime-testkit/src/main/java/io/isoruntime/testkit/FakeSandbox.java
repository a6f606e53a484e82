package io.isoruntime.testkit;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Outcome;
import io.isoruntime.ToolException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FakeProgram} can do. Everything shows up where a real program's doing would: in the
 * events, in the result, in the workspace.
 *
 * <p>Safe for use by many threads. Once the execution is decided, each method throws {@link
 * CancellationException}.
 */
public interface FakeSandbox {

  /** What was asked for. */
  ExecutionRequest request();

  /** Writes to standard output, or to standard error. */
  void print(OutputStreamName stream, String text);

  /** Writes to standard output. */
  default void print(String text) {
    print(OutputStreamName.STDOUT, text);
  }

  /** The content of an input. */
  byte[] readInput(String name);

  /** Leaves an artifact; the path is relative, with {@code /}. */
  void writeFile(String path, byte[] content);

  /** Leaves something that is not taken. */
  void reject(String path, String reason);

  /** Gives this value, made of maps, lists and scalars, to {@code set_result}. */
  void setResult(@Nullable Object value);

  /** Notes that the program met this limit. */
  void notice(Limit limit);

  /** Sets what the result tells of the isolation; nothing was in force by default. */
  void report(IsolationReport isolation);

  /** Publishes an event that nothing else here makes, such as {@code Dropped}. */
  void publish(ExecutionEvent event);

  /**
   * Calls a tool of the request, on this thread. Deadlines hold for tools that answer later; one
   * that blocks its thread is interrupted only by the end of the execution.
   *
   * @param arguments the tool's record
   * @throws ToolException as the program would see it: code {@code DENIED} when there is no such
   *     tool, {@code INVALID_ARGUMENT} when the record is another one's
   */
  @Nullable Object call(String tool, Object arguments);

  /**
   * Waits until the execution is cancelled, timed out or closed.
   *
   * @return how it was decided
   */
  Outcome awaitEnd() throws InterruptedException;
}
