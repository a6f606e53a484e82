package io.isoruntime.supervisor.spi;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** A one-time secret of 256 bits. Its text form never shows the secret. */
public final class Token {
  /** Length in bytes. */
  public static final int LENGTH = 32;

  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] secret = new byte[LENGTH];

  private Token() {
    RANDOM.nextBytes(secret);
  }

  /** A fresh token. */
  public static Token random() {
    return new Token();
  }

  /** A copy of the secret, for the one channel by which init gets it. */
  public byte[] secret() {
    return secret.clone();
  }

  /** Compares in constant time with what init presented in hexadecimal. */
  public boolean matchesHex(String presented) {
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(presented);
    } catch (IllegalArgumentException e) {
      return false;
    }
    return MessageDigest.isEqual(secret, bytes);
  }

  @Override
  public String toString() {
    return "Token[secret]";
  }
}
