package io.isoruntime.supervisor.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.Tool;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolRegistry;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * Whatever a program writes to the tool pipe is answered once, with JSON, recorded once, and takes
 * no slot from later calls; or it is refused by an {@link IOException}. Tools that give back their
 * arguments show that binding changes none.
 */
public final class ToolCallFuzz {
  private static final int MAX_TOOL_NAME = 260;
  private static final long LATER = Long.MAX_VALUE;
  private static final ScheduledThreadPoolExecutor TIMERS = timers();
  private static final ExecutionLimits ONE_AT_A_TIME =
      ExecutionLimits.builder().parallelToolCalls(1).build();
  private static final ToolRegistry TOOLS =
      ToolRegistry.of(
          echo("numbers", Numbers.class),
          echo("texts", Texts.class),
          echo("shapes", Shapes.class),
          echo("empty", Empty.class));

  private ToolCallFuzz() {}

  record Numbers(int i, long l, double d, BigInteger big, Optional<Float> f) {}

  enum Colour {
    RED,
    GREEN
  }

  record Texts(String text, char c, Colour colour, boolean flag, Optional<String> maybe) {}

  record Shapes(
      List<Long> many, Map<String, String> named, Optional<Bytes> inner, Optional<Object> any) {}

  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] bytes) {}

  record Empty() {}

  private static <R> Tool<R, R> echo(String name, Class<R> type) {
    return Tool.of(name, type, type, arguments -> arguments);
  }

  private static ScheduledThreadPoolExecutor timers() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "deadlines");
              thread.setDaemon(true);
              return thread;
            });
    timers.setRemoveOnCancelPolicy(true);
    return timers;
  }

  public static void fuzzerTestOneInput(byte[] data) throws IOException {
    Told told = new Told();
    ToolDispatcher dispatcher =
        new ToolDispatcher(
            "x",
            ExecutionRequest.python("").tools(TOOLS).limits(ONE_AT_A_TIME).build(),
            Runnable::run,
            Runnable::run,
            TIMERS,
            told);
    try {
      dispatcher.dispatch(data);
    } catch (IOException refused) {
      assertEquals(List.of(), told.replies);
      assertEquals(List.of(), told.records);
      return;
    }
    assertEquals(1, told.started, "told of once");
    assertEquals(1, told.decided, "decided once");
    assertEquals(1, told.replies.size(), "answered once");
    assertEquals(1, told.records.size(), "recorded once");
    CallRecord record = told.records.get(0);
    assertTrue(record.call().id() > 0);
    assertTrue(record.call().tool().length() <= MAX_TOOL_NAME);
    assertReply(record, data, told.replies.get(0));
    if (record.call().id() < LATER) {
      dispatcher.dispatch(
          ("{\"id\":" + LATER + ",\"tool\":\"empty\",\"args\":{}}")
              .getBytes(StandardCharsets.UTF_8));
      assertEquals(ToolCallStatus.OK, told.records.get(1).call().status(), "took a slot for good");
    }
  }

  private static void assertReply(CallRecord record, byte[] request, byte[] bytes)
      throws IOException {
    assertTrue(bytes.length < Frame.MAX_LENGTH);
    JsonNode reply = Json.parseObject(bytes);
    assertEquals(record.call().id(), reply.get("id").longValue());
    assertEquals(2, reply.size());
    if (record.call().status() != ToolCallStatus.OK) {
      JsonNode error = reply.get("error");
      assertEquals(3, error.size());
      assertTrue(error.get("code").isTextual());
      assertTrue(error.get("message").isTextual());
      assertTrue(error.get("retryable").isBoolean());
      return;
    }
    JsonNode call = Json.parseObject(request);
    assertEquals(call.get("id").longValue(), record.call().id());
    assertEquals(call.get("tool").textValue(), record.call().tool());
    assertSame("args", call.get("args"), reply.get("ok"));
  }

  /** The same but for what an absent argument and a number's notation may be. */
  private static void assertSame(String at, JsonNode sent, JsonNode bound) {
    if (sent == null || sent.isNull()) {
      assertTrue(bound == null || bound.isNull(), at);
    } else if (sent.isIntegralNumber() && bound.isIntegralNumber()) {
      assertEquals(sent.bigIntegerValue(), bound.bigIntegerValue(), at);
    } else if (sent.isNumber()) {
      assertTrue(bound.isFloatingPointNumber(), at);
      if (at.equals("args.f")) {
        assertEquals((float) sent.doubleValue(), (float) bound.doubleValue(), at);
      } else {
        assertEquals(sent.doubleValue(), bound.doubleValue(), at);
      }
    } else if (sent.isObject() && sent.has("$bytes")) {
      assertEquals(
          Base64.getEncoder()
              .encodeToString(Base64.getDecoder().decode(sent.get("$bytes").textValue())),
          bound.get("$bytes").textValue(),
          at);
    } else if (sent.isObject()) {
      sent.fieldNames()
          .forEachRemaining(name -> assertSame(at + "." + name, sent.get(name), bound.get(name)));
      bound
          .fieldNames()
          .forEachRemaining(name -> assertSame(at + "." + name, sent.get(name), bound.get(name)));
    } else if (sent.isArray()) {
      assertEquals(sent.size(), bound.size(), at);
      for (int i = 0; i < sent.size(); i++) {
        assertSame(at + "[" + i + "]", sent.get(i), bound.get(i));
      }
    } else {
      assertEquals(sent, bound, at);
    }
  }

  private static final class Told implements CallListener {
    private final List<CallRecord> records = new ArrayList<>();
    private final List<byte[]> replies = new ArrayList<>();
    private int started;
    private int decided;

    @Override
    public void started(long id, String tool) {
      started++;
    }

    @Override
    public void decided(DecidedRequest call) {
      decided++;
    }

    @Override
    public void waiting() {}

    @Override
    public void waited() {}

    @Override
    public void refused() {}

    @Override
    public void ended(CallRecord call) {
      records.add(call);
    }

    @Override
    public void reply(byte[] json) {
      replies.add(json);
    }
  }
}
