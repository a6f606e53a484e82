package io.isoruntime.testkit;

import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists and scalars; small integers as {@code Long}, as results have them. */
final class PlainJson {
  private PlainJson() {}

  static @Nullable Object parse(byte[] text) throws IOException {
    return widened(Json.toPlain(Json.parse(text)));
  }

  private static @Nullable Object widened(@Nullable Object value) {
    if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, entry) -> copy.put(key, widened(entry)));
      return copy;
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(entry -> copy.add(widened(entry)));
      return copy;
    }
    return value;
  }
}
