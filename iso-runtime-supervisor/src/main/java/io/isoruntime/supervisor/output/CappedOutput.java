package io.isoruntime.supervisor.output;

import io.isoruntime.OutputText;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Keeps the head and the tail of a stream, however long it is. Memory grows with what was written,
 * up to the cap. For one thread.
 */
public final class CappedOutput {
  private final int headCap;
  private final int tailCap;
  private final ByteArrayOutputStream head = new ByteArrayOutputStream(0);
  private byte[] tail = {};
  private int tailEnd;
  private long tailTotal;
  private long total;

  /** Keeps at most this many bytes, half from the head, half from the tail. */
  public CappedOutput(long capBytes) {
    int cap = (int) Math.min(capBytes, 1024 * 1024 * 1024);
    headCap = cap / 2;
    tailCap = cap - headCap;
  }

  /** Takes what was written. */
  public void write(byte[] bytes) {
    total += bytes.length;
    int toHead = Math.min(bytes.length, headCap - head.size());
    head.write(bytes, 0, toHead);
    writeTail(bytes, toHead, bytes.length - toHead);
  }

  private void writeTail(byte[] bytes, int from, int count) {
    tailTotal += count;
    if (count > tailCap) {
      from += count - tailCap;
      count = tailCap;
    }
    long needed = Math.min(tailCap, tailTotal);
    if (tail.length < needed) {
      // Not yet a ring: it becomes one only at its full size, so the bytes are still in order.
      tail = Arrays.copyOf(tail, (int) Math.min(tailCap, Math.max(needed, tail.length * 2L)));
    }
    while (count > 0) {
      int step = Math.min(count, tail.length - tailEnd);
      System.arraycopy(bytes, from, tail, tailEnd, step);
      tailEnd = (tailEnd + step) % tailCap;
      from += step;
      count -= step;
    }
  }

  /** Bytes written so far. */
  public long total() {
    return total;
  }

  /** Whether something was dropped. */
  public boolean truncated() {
    return tailTotal > tailCap;
  }

  /** What is kept, decoded, with a line between head and tail that says what was dropped. */
  public OutputText text() {
    byte[] first = head.toByteArray();
    if (!truncated()) {
      byte[] all = Arrays.copyOf(first, (int) total);
      System.arraycopy(tail, 0, all, first.length, (int) tailTotal);
      return new OutputText(new String(all, StandardCharsets.UTF_8), total, false);
    }
    byte[] last = new byte[tailCap];
    System.arraycopy(tail, tailEnd, last, 0, tailCap - tailEnd);
    System.arraycopy(tail, 0, last, tailCap - tailEnd, tailEnd);
    long dropped = total - headCap - tailCap;
    return new OutputText(
        new String(first, 0, wholeCharacters(first), StandardCharsets.UTF_8)
            + "\n[… "
            + dropped
            + " bytes dropped …]\n"
            + new String(
                last,
                firstCharacter(last),
                last.length - firstCharacter(last),
                StandardCharsets.UTF_8),
        total,
        true);
  }

  /** The length without a character that the cut split. */
  private static int wholeCharacters(byte[] bytes) {
    int i = bytes.length - 1;
    for (int back = 0; i >= 0 && back < 4; i--, back++) {
      int b = bytes[i] & 0xff;
      if (b < 0x80) {
        return bytes.length;
      }
      if (b >= 0xc0) {
        int size = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return bytes.length - i < size ? i : bytes.length;
      }
    }
    return bytes.length;
  }

  private static int firstCharacter(byte[] bytes) {
    int i = 0;
    while (i < 3 && i < bytes.length && (bytes[i] & 0xc0) == 0x80) {
      i++;
    }
    return i;
  }
}
