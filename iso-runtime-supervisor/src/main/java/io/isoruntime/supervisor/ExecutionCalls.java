package io.isoruntime.supervisor;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ToolCall;
import io.isoruntime.supervisor.output.EventStream;
import io.isoruntime.supervisor.tools.CallListener;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.DecidedRequest;
import io.isoruntime.supervisor.workspace.ExecutionRecords;
import io.isoruntime.supervisor.workspace.RelativeName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands an execution's tool calls on to records, events, listener and program. Thread-safe. */
final class ExecutionCalls implements CallListener {
  /** One logger tells all of an execution. */
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionFlow.class);

  private final String executionId;
  private final EventStream events;
  private final ExecutionRecords records;
  private final ToolNews news;
  private final WallClock clock;
  private final Consumer<byte[]> program;
  private final List<ToolCall> ended = new ArrayList<>();

  /**
   * Hands them on.
   *
   * @param program takes the replies
   */
  ExecutionCalls(
      String executionId,
      EventStream events,
      ExecutionRecords records,
      ToolNews news,
      WallClock clock,
      Consumer<byte[]> program) {
    this.executionId = executionId;
    this.events = events;
    this.records = records;
    this.news = news;
    this.clock = clock;
    this.program = program;
  }

  /** Those that have ended so far. */
  List<ToolCall> ended() {
    synchronized (ended) {
      return List.copyOf(ended);
    }
  }

  @Override
  public void started(long callId, String tool) {
    events.publish(new ExecutionEvent.ToolStarted(callId, tool));
  }

  @Override
  public void decided(DecidedRequest call) {
    news.decided(call);
  }

  @Override
  public void waiting() {
    clock.stop();
  }

  @Override
  public void waited() {
    clock.goOn();
  }

  @Override
  public void refused() {
    records.refusedCall();
  }

  @Override
  public void ended(CallRecord record) {
    ToolCall call = record.call();
    synchronized (ended) {
      ended.add(call);
    }
    records.call(record);
    LOG.debug(
        "execution {}: tool call {} {} {}",
        executionId,
        call.id(),
        RelativeName.printable(call.tool()),
        call.status());
    events.publish(
        new ExecutionEvent.ToolEnded(call.id(), call.tool(), call.status(), call.took()));
  }

  @Override
  public void reply(byte[] json) {
    program.accept(json);
  }
}
