package io.isoruntime.docker;

import io.isoruntime.supervisor.spi.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The tags of one direction of the attached channel (docs/protocol.md): HMAC-SHA-256 cut to 16
 * bytes, over sequence number, length and payload. For one thread at a time.
 */
final class Seal {
  static final int TAG = 16;
  static final int MAX_RECORD = 16 * 1024 * 1024 + 4;

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;
  private long sequence;

  private Seal(Token token, String direction) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(token.secret(), ALGORITHM));
      byte[] key = mac.doFinal(direction.getBytes(StandardCharsets.US_ASCII));
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  static Seal fromInit(Token token) {
    return new Seal(token, "init to supervisor");
  }

  static Seal toInit(Token token) {
    return new Seal(token, "supervisor to init");
  }

  /** The next record: length, payload, tag. */
  byte[] seal(byte[] bytes, int start, int length) {
    ByteBuffer record = ByteBuffer.allocate(4 + length + TAG);
    record.putInt(length).put(bytes, start, length);
    record.put(tag(record.array(), 4 + length), 0, TAG);
    return record.array();
  }

  /** Whether the next record, length and payload, bears this tag. */
  boolean matches(byte[] record, byte[] tag) {
    return MessageDigest.isEqual(tag, Arrays.copyOf(tag(record, record.length), TAG));
  }

  private byte[] tag(byte[] record, int length) {
    mac.update(ByteBuffer.allocate(8).putLong(0, sequence++));
    mac.update(record, 0, length);
    return mac.doFinal();
  }
}
