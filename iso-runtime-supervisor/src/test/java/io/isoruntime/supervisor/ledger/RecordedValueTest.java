package io.isoruntime.supervisor.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.LedgerEntry;
import io.isoruntime.ToolCall;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.ToolDecision;
import io.isoruntime.ToolRedaction;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.DecidedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordedValueTest {
  private static final String WITHHELD = "[0-9a-f]{64}";

  private static byte[] body(ToolRedaction redaction, String arguments, String result) {
    return new LedgerEntries("x1", redaction)
        .body(
            new CallRecord(
                new ToolCall(1, "pay", ToolCallStatus.OK, Duration.ZERO),
                ("{\"id\":1,\"tool\":\"pay\",\"args\":" + arguments + "}")
                    .getBytes(StandardCharsets.UTF_8),
                ("{\"id\":1,\"ok\":" + result + "}").getBytes(StandardCharsets.UTF_8),
                Instant.EPOCH,
                ToolDecision.allow()),
            false);
  }

  private static Map<String, Object> entry(ToolRedaction redaction, String arguments, String result)
      throws Exception {
    return Json.asObject(Json.plain(body(redaction, arguments, result)));
  }

  private static Object digest(Map<String, Object> entry, String of, String algorithm) {
    return Json.asObject(entry.get(of)).get(algorithm);
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  @Test
  void aListenerIsToldPlainValues() {
    byte[] request =
        "{\"id\":1,\"tool\":\"pay\",\"args\":{\"amount\":7,\"token\":\"4711\"}}"
            .getBytes(StandardCharsets.UTF_8);
    DecidedRequest decided =
        new DecidedRequest(1, "pay", request, ToolDecision.allow(), Instant.EPOCH);

    assertEquals(
        Map.of("amount", 7L, "token", "4711"),
        new LedgerEntries("x1", ToolRedaction.none()).arguments(decided));
    assertEquals(
        Map.of("amount", 7L, "token", Map.of("$redacted", true)),
        new LedgerEntries("x1", ToolRedaction.ofKeys("token")).arguments(decided));
  }

  @Test
  void aLongNumberHidesNoArguments() throws Exception {
    String number = "500." + "0".repeat(3_000);
    Map<String, Object> entry =
        entry(ToolRedaction.ofKeys("token"), "{\"amount\":" + number + ",\"token\":\"4711\"}", "1");
    Map<String, Object> arguments = Json.asObject(entry.get("arguments"));
    assertEquals(500.0, arguments.get("amount"));
    assertEquals(Map.of("$redacted", true), arguments.get("token"));
    assertTrue(String.valueOf(digest(entry, "argumentsDigest", "hmacSha256")).matches(WITHHELD));
  }

  @Test
  void whatCannotBeReadAgainHasItsSizeAndDigest() throws Exception {
    for (String result :
        new String[] {
          nested(500), nested(1_000), "7".repeat(5_000), "1e400", "{\"a\":1,\"a\":2}"
        }) {
      Map<String, Object> entry = entry(ToolRedaction.none(), "{}", result);
      assertEquals(
          Map.of("$omitted", Map.of("bytes", (long) result.length())), entry.get("result"));
      assertTrue(String.valueOf(digest(entry, "resultDigest", "sha256")).matches(WITHHELD));

      entry = entry(ToolRedaction.ofKeys("token"), "{}", result);
      assertNull(digest(entry, "resultDigest", "sha256"), "it can be guessed");
      assertTrue(String.valueOf(digest(entry, "resultDigest", "hmacSha256")).matches(WITHHELD));
    }
  }

  @Test
  void theDeepestValueAndTheLongestNumberCanBeRead() throws Exception {
    for (String result : new String[] {nested(499), "7".repeat(4_000)}) {
      LedgerChain.Link link = new LedgerChain("x1").next(body(ToolRedaction.none(), "{}", result));
      LedgerEntry entry = LedgerReader.entry(link.bytes());
      assertNotEquals(null, entry.result());
      assertFalse(String.valueOf(entry.result()).contains("$omitted"));
    }
  }

  private static Object message(
      ToolRedaction redaction, ToolCallStatus status, ToolDecision decision) throws Exception {
    byte[] body =
        new LedgerEntries("x1", redaction)
            .body(
                new CallRecord(
                    new ToolCall(1, "pay", status, Duration.ZERO),
                    "{\"args\":{\"token\":\"4711\"}}".getBytes(StandardCharsets.UTF_8),
                    "{\"id\":1,\"error\":{\"code\":\"E\",\"message\":\"not 4711\"}}"
                        .getBytes(StandardCharsets.UTF_8),
                    Instant.EPOCH,
                    decision),
                false);
    return Json.asObject(Json.asObject(Json.plain(body)).get("error")).get("message");
  }

  @Test
  void noMessageQuotesWhatIsWithheldOfItsArguments() throws Exception {
    ToolRedaction token = ToolRedaction.ofKeys("token");
    ToolDecision misfit = ToolDecision.deny("INVALID_ARGUMENT", "", null);
    Object marker = Map.of("$redacted", true);
    assertEquals(marker, message(token, ToolCallStatus.FAILED, ToolDecision.allow()));
    assertEquals(marker, message(token, ToolCallStatus.DENIED, ToolDecision.allow()));
    assertEquals(marker, message(token, ToolCallStatus.DENIED, misfit));

    ToolDecision spent = ToolDecision.deny("OVER_BUDGET", "", null);
    assertEquals("not 4711", message(token, ToolCallStatus.DENIED, spent), "it is our own");
    ToolRedaction other = ToolRedaction.ofKeys("other");
    assertEquals("not 4711", message(other, ToolCallStatus.FAILED, ToolDecision.allow()));
  }
}
