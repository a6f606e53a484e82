package io.isoruntime.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** A program that calls one tool many times, with several calls under way, and then ends. */
final class CallingProgram implements Script {
  private final String tool;
  private final int calls;
  private final int atOnce;
  private final Map<Long, JsonNode> replies = new ConcurrentSkipListMap<>();

  /** Makes so many calls, numbered from 1 on; each has its number as the argument {@code id}. */
  CallingProgram(String tool, int calls, int atOnce) {
    this.tool = tool;
    this.calls = calls;
    this.atOnce = atOnce;
  }

  /** What the program received, by the number of the call. */
  Map<Long, JsonNode> replies() {
    return replies;
  }

  @Override
  public void play(Init init) throws IOException {
    init.start();
    int sent = 0;
    while (replies.size() < calls) {
      while (sent < calls && sent - replies.size() < atOnce) {
        sent++;
        init.send(
            FrameType.CALL,
            "{\"id\":" + sent + ",\"tool\":\"" + tool + "\",\"args\":{\"id\":" + sent + "}}");
      }
      JsonNode reply = Json.parseObject(init.await(FrameType.REPLY));
      if (replies.putIfAbsent(reply.get("id").longValue(), reply) != null) {
        throw new IOException("answered twice: " + reply);
      }
    }
    init.end();
  }
}
