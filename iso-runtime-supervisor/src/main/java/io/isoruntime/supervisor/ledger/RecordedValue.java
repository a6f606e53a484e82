package io.isoruntime.supervisor.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.util.RawValue;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.policy.Redactor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;

/**
 * A value of a call as the ledger has it.
 *
 * @param value redacted and capped; {@code null} if there is none
 * @param digest of the whole of it as it was sent, under its algorithm's name; {@code null} if
 *     there is none
 */
record RecordedValue(@Nullable Object value, @Nullable Map<String, @Nullable Object> digest) {
  /** Only finds where a value begins and ends, so that no number or name is too long for it. */
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * StreamWriteConstraints.DEFAULT_MAX_DEPTH)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private static final String KEYED = "hmacSha256";
  private static final RecordedValue ABSENT = new RecordedValue(null, null);

  /**
   * A field of a message. Where something is withheld, a plain digest would let anybody guess it: a
   * keyed one only tells equal values of one execution, whose key nobody has once it is over.
   *
   * @param part what the redaction calls it
   * @param cap how many bytes it may have; of a larger one only the size is kept
   */
  static RecordedValue of(
      byte @Nullable [] message,
      String field,
      String tool,
      String part,
      Redactor redactor,
      int cap,
      Key key) {
    byte[] json = message == null ? null : slice(message, field);
    if (json == null) {
      return ABSENT;
    }
    if (json.length > cap || !isReadable(json)) {
      return new RecordedValue(
          Json.object("$omitted", Json.object("bytes", json.length)),
          redactor.isIdle() ? plainDigest(json) : keyedDigest(json, key));
    }
    Object whole = redactor.isIdle() ? null : plain(json);
    Object told = redactor.redact(tool, part, whole);
    if (!Objects.equals(told, whole)) {
      return new RecordedValue(told, keyedDigest(json, key));
    }
    String verbatim = new String(json, StandardCharsets.UTF_8);
    return new RecordedValue(new RawValue(verbatim), plainDigest(json));
  }

  /** Whether an entry that has it can be read again: it is one level deeper there. */
  private static boolean isReadable(byte[] json) {
    byte[] within = new byte[json.length + 2];
    System.arraycopy(json, 0, within, 1, json.length);
    within[0] = '[';
    within[within.length - 1] = ']';
    try {
      Json.check(within);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static @Nullable Object plain(byte[] json) {
    try {
      return Json.plain(json);
    } catch (IOException e) {
      throw new UncheckedIOException("it was readable before", e);
    }
  }

  /** The value's bytes within a JSON object; nothing if that isn't one. */
  private static byte @Nullable [] slice(byte[] message, String field) {
    try (JsonParser parser = JSON.createParser(message)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(field);
        parser.nextToken();
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        if (found) {
          int to = (int) parser.currentLocation().getByteOffset();
          return from < 0 || to < from ? null : Arrays.copyOfRange(message, from, to);
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The same for listeners: maps, lists and what else JSON has. */
  @Nullable Object plain() {
    return value instanceof RawValue verbatim
        ? plain(String.valueOf(verbatim.rawValue()).getBytes(StandardCharsets.UTF_8))
        : value;
  }

  /** Whether something of it is withheld, or may be in what was too much for the record. */
  boolean isWithheld() {
    return digest != null && digest.containsKey(KEYED);
  }

  private static Map<String, @Nullable Object> plainDigest(byte[] json) {
    return Json.object("sha256", HexFormat.of().formatHex(LedgerChain.sha256().digest(json)));
  }

  private static Map<String, @Nullable Object> keyedDigest(byte[] json, Key key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return Json.object(KEYED, HexFormat.of().formatHex(mac.doFinal(json)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java platform has HmacSHA256.", e);
    }
  }
}
