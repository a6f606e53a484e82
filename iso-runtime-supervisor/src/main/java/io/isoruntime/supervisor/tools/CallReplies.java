package io.isoruntime.supervisor.tools;

import io.isoruntime.ToolException;
import io.isoruntime.supervisor.json.Json;
import java.nio.charset.StandardCharsets;

/** What the program is told of its calls, as JSON. */
final class CallReplies {
  private CallReplies() {}

  /** The tool returned this JSON. */
  static byte[] ok(long id, byte[] json) {
    byte[] head = ("{\"id\":" + id + ",\"ok\":").getBytes(StandardCharsets.US_ASCII);
    byte[] reply = new byte[head.length + json.length + 1];
    System.arraycopy(head, 0, reply, 0, head.length);
    System.arraycopy(json, 0, reply, head.length, json.length);
    reply[reply.length - 1] = '}';
    return reply;
  }

  /** The call failed. */
  static byte[] error(long id, ToolException failure) {
    return Json.bytes(
        Json.object(
            "id",
            id,
            "error",
            Json.object(
                "code", failure.code(),
                "message", failure.getMessage(),
                "retryable", failure.retryable())));
  }
}
