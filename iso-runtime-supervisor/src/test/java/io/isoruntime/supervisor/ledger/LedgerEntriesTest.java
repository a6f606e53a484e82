package io.isoruntime.supervisor.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.LedgerEntry;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolRedaction;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerEntriesTest {

  private static CallRecord record(String request, String reply) {
    return new CallRecord(
        new ToolCall(7, "pay", ToolCallStatus.OK, Duration.ofNanos(5_000)),
        request.getBytes(StandardCharsets.UTF_8),
        reply.getBytes(StandardCharsets.UTF_8),
        Instant.EPOCH,
        ToolDecision.approved("by ann", Duration.ofMillis(3)));
  }

  private static JsonNode body(ToolRedaction redaction, String request, String reply)
      throws IOException {
    return Json.parse(new LedgerEntries("x", redaction).body(record(request, reply), false));
  }

  private static String sha256(String text) {
    return HexFormat.of()
        .formatHex(LedgerChain.sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1}",
        "{ \"a\" : [1, 2.50, \"ä\\\"}\"] }",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":-1e5}"
      })
  void theDigestIsOfTheValuesOwnBytes(String arguments) throws Exception {
    String request = "{\"id\": 7, \"tool\":\"pay\", \"args\":" + arguments + " }";
    for (String result : new String[] {"5", "5.10", "null", "\"x\"", "true", arguments}) {
      JsonNode body = body(ToolRedaction.none(), request, "{\"id\":7,\"ok\":" + result + "}");
      assertEquals(sha256(arguments), body.at("/argumentsDigest/sha256").textValue());
      assertEquals(sha256(result), body.at("/resultDigest/sha256").textValue());
      assertEquals(Json.parse(result.getBytes(StandardCharsets.UTF_8)), body.get("result"));
    }
  }

  @Test
  void whatIsWithheldHasADigestThatOnlyTellsEqualValuesOfTheExecution() throws Exception {
    LedgerEntries entries = new LedgerEntries("x", ToolRedaction.ofKeys("pin"));
    CallRecord call = record("{\"id\":7,\"tool\":\"pay\",\"args\":{\"pin\":1}}", "{\"ok\":1}");
    JsonNode one = Json.parse(entries.body(call, false));
    JsonNode same = Json.parse(entries.body(call, false));
    JsonNode other =
        Json.parse(new LedgerEntries("x", ToolRedaction.ofKeys("pin")).body(call, false));
    assertEquals("{\"pin\":{\"$redacted\":true}}", one.get("arguments").toString());
    assertFalse(one.get("argumentsDigest").has("sha256"));
    assertEquals(one.get("argumentsDigest"), same.get("argumentsDigest"));
    assertNotEquals(one.get("argumentsDigest"), other.get("argumentsDigest"));
    assertTrue(one.get("resultDigest").has("sha256"), "nothing of the result was withheld");
  }

  @Test
  void whatIsTooLargeIsASizeAndADigest() throws Exception {
    String large = "{\"text\":\"" + "x".repeat(300_000) + "\"}";
    String request = "{\"id\":7,\"tool\":\"pay\",\"args\":" + large + "}";
    JsonNode plain = body(ToolRedaction.none(), request, "{\"ok\":1}");
    assertEquals(large.length(), plain.at("/arguments/$omitted/bytes").intValue());
    assertEquals(sha256(large), plain.at("/argumentsDigest/sha256").textValue());
    JsonNode withheld = body(ToolRedaction.ofKeys("pin"), request, "{\"ok\":1}");
    assertTrue(withheld.at("/argumentsDigest").has("hmacSha256"), "it may hold a pin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "{", "{\"args\":", "{\"args\":NaN}", "\0{\0}\0"})
  void whatIsNoJsonIsNotRecorded(String request) throws Exception {
    JsonNode body = body(ToolRedaction.none(), request, "{\"ok\":1}");
    assertTrue(body.get("arguments").isNull());
    assertTrue(body.get("argumentsDigest").isNull());
  }

  @Test
  void anEntryIsReadAsItWasWritten() throws Exception {
    LedgerChain.Link link =
        new LedgerChain("x")
            .next(
                new LedgerEntries("x", ToolRedaction.none())
                    .body(record("{\"args\":{\"a\":1}}", "{\"ok\":[true]}"), false));
    LedgerEntry entry = LedgerReader.entry(link.bytes());
    assertEquals(Map.of("a", 1L), entry.arguments());
    assertEquals(java.util.List.of(true), entry.result());
    assertEquals(ToolDecision.approved("by ann", Duration.ofMillis(3)), entry.decision());
    assertEquals(Duration.ofNanos(5_000), entry.took());
    assertEquals(link.digest(), entry.digest());
    assertEquals(1, entry.sequence());
  }
}
