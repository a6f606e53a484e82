package io.isoruntime.supervisor.tools;

import io.isoruntime.ToolCall;
import io.isoruntime.ToolDecision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Everything about one call.
 *
 * @param call its number, tool, status and duration
 * @param request the program's JSON, verbatim
 * @param reply our JSON, verbatim; {@code null} when none was sent
 * @param arrived when it came
 * @param decision whether it was let through
 */
@SuppressWarnings("ArrayRecordComponent") // written to disk once and never compared
public record CallRecord(
    ToolCall call,
    byte[] request,
    byte @Nullable [] reply,
    Instant arrived,
    ToolDecision decision) {

  /** How much it holds. */
  public int bytes() {
    return request.length + (reply == null ? 0 : reply.length);
  }
}
