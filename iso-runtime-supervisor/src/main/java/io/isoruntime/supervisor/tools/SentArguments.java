package io.isoruntime.supervisor.tools;

import io.isoruntime.Tool;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Arguments in the one form that does not depend on how a program happened to write them: as the
 * tool's own type makes them.
 */
public final class SentArguments {
  private static final int CAP = 64 * 1024 * 1024;

  private SentArguments() {}

  /** What a tool was given, as plain values. */
  public static @Nullable Object of(Object given) throws IOException {
    return Json.plain(ToolJson.encode(given, CAP));
  }

  /**
   * What a tool would be given of these, as plain values.
   *
   * @throws IOException if they don't fit the tool
   */
  public static @Nullable Object of(Tool<?, ?> tool, byte[] json) throws IOException {
    try {
      return of(bound(tool, json));
    } catch (ToolJson.Misfit e) {
      throw new IOException(e.failure().getMessage(), e);
    }
  }

  private static <I> Object bound(Tool<I, ?> tool, byte[] json) throws IOException {
    return java.util.Objects.requireNonNull(ToolJson.bind(tool, Json.parseObject(json)));
  }
}
