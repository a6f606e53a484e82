package io.isoruntime.supervisor.tools;

import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The Java values that tools without a record take and give, as JSON and back without loss, for
 * those who pass calls on to another process. Thread-safe.
 */
public final class ToolValues {
  private ToolValues() {}

  /**
   * The JSON of a value.
   *
   * @param cap most bytes that it may have
   * @throws IOException if it can't be written, or exceeds the cap
   */
  public static byte[] encode(@Nullable Object value, int cap) throws IOException {
    return ToolJson.encode(value, cap);
  }

  /**
   * The value of a JSON text of any size, from a process that is trusted.
   *
   * @throws IOException if it is no JSON, or stands for no value
   */
  public static @Nullable Object decode(byte[] json) throws IOException {
    try {
      return WireValues.plain(WireValues.resolve(Json.tree(json)));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
