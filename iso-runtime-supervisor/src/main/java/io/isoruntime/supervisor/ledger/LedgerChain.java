package io.isoruntime.supervisor.ledger;

import io.isoruntime.LedgerSummary;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Makes entries of bodies, each with its place, the digest of the one before, and its own, which
 * covers all that stands before it. Of one execution; not thread-safe.
 */
public final class LedgerChain {
  /** What stands between an entry's content and its digest. */
  static final String DIGEST = ",\"digest\":\"";

  /** All that follows the content: the above, 64 digits, and the end. */
  static final int TAIL = DIGEST.length() + 64 + 2;

  private static final int MAX_NAME = 100;

  private long entries;
  private String head;

  /** Begins the chain of this execution. */
  public LedgerChain(String executionId) {
    this.head = LedgerSummary.empty(executionId).head();
  }

  /** An entry's bytes and what the chain comes to with it. */
  @SuppressWarnings("ArrayRecordComponent") // written once and never compared
  public record Link(long sequence, byte[] bytes, String digest) {}

  /** What the body, a JSON object, makes as the next entry; {@link #take} appends it. */
  public Link next(byte[] body) {
    byte[] place =
        String.format(Locale.ROOT, ",\"sequence\":%d,\"previous\":\"%s\"", entries + 1, head)
            .getBytes(StandardCharsets.US_ASCII);
    int length = body.length - 1; // without its last brace
    byte[] entry = new byte[length + place.length + TAIL];
    System.arraycopy(body, 0, entry, 0, length);
    System.arraycopy(place, 0, entry, length, place.length);
    MessageDigest sha256 = sha256();
    sha256.update(entry, 0, length + place.length);
    String digest = HexFormat.of().formatHex(sha256.digest());
    byte[] tail = (DIGEST + digest + "\"}").getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(tail, 0, entry, length + place.length, TAIL);
    return new Link(entries + 1, entry, digest);
  }

  /** Appends it, once it is on the disk. */
  public void take(Link link) {
    entries = link.sequence();
    head = link.digest();
  }

  /** How many entries it has. */
  public long entries() {
    return entries;
  }

  /** What covers all of them. */
  public String head() {
    return head;
  }

  /** The name of an entry's file, such as {@code 0001-add.json}. */
  public static String fileName(long sequence, String tool) {
    String plain = tool.replaceAll("[^A-Za-z0-9_.]", "_");
    return String.format(
        Locale.ROOT,
        "%04d-%s.json",
        sequence,
        plain.substring(0, Math.min(plain.length(), MAX_NAME)));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256.", e);
    }
  }
}
