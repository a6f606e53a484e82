package io.isoruntime.supervisor.policy;

import io.isoruntime.ToolRedaction;
import io.isoruntime.ToolRedactor;
import io.isoruntime.supervisor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes out of plain values what a redaction withholds. Thread-safe. */
public final class Redactor {
  private static final Logger LOG = LoggerFactory.getLogger(Redactor.class);

  private final ToolRedaction redaction;

  /** Withholds this. */
  public Redactor(ToolRedaction redaction) {
    this.redaction = redaction;
  }

  /** Whether nothing is withheld of anything. */
  public boolean isIdle() {
    return redaction.isNone();
  }

  /** What stands in place of a withheld value. */
  public static Map<String, @Nullable Object> marker() {
    Map<String, @Nullable Object> marker = new LinkedHashMap<>();
    marker.put("$redacted", true);
    return marker;
  }

  /**
   * The value without what is withheld; a failure of the embedder's function withholds all of it.
   *
   * @param part {@code arguments}, {@code result} or {@code error}
   * @param value maps, lists, strings, numbers, booleans and {@code null}; stays as it is
   */
  public @Nullable Object redact(String tool, String part, @Nullable Object value) {
    if (isIdle()) {
      return value;
    }
    Map<String, @Nullable Object> told = new LinkedHashMap<>();
    told.put(part, withoutKeys(value, redaction.keys()));
    for (String pointer : redaction.pointers()) {
      remove(told, pointer);
    }
    return redaction.redactor().isEmpty()
        ? told.get(part)
        : byFunction(redaction.redactor().get(), tool, part, told);
  }

  private static @Nullable Object byFunction(
      ToolRedactor function, String tool, String part, Map<String, @Nullable Object> told) {
    try {
      Map<String, @Nullable Object> less = function.redact(tool, told);
      return less == null || !less.containsKey(part)
          ? marker()
          : Json.plain(Json.bytes(less.get(part))); // it may be anything, and is to be written
    } catch (Throwable e) { // an Error of the embedder's function must not end the record
      LOG.warn(
          "a redaction failed with {}; all of what it should have seen is withheld",
          e.getClass().getName());
      return marker();
    }
  }

  /** A copy, which the pointers and the function may change. */
  private static @Nullable Object withoutKeys(@Nullable Object value, Set<String> keys) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, entry) ->
              copy.put(
                  String.valueOf(key),
                  isWithheld(String.valueOf(key), keys) ? marker() : withoutKeys(entry, keys)));
      return copy;
    } else if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(entry -> copy.add(withoutKeys(entry, keys)));
      return copy;
    }
    return value;
  }

  /** The only key of a map may have one dollar sign more on its way than it has. */
  private static boolean isWithheld(String key, Set<String> keys) {
    String plain = key.toLowerCase(Locale.ROOT);
    return keys.contains(plain) || (plain.startsWith("$$") && keys.contains(plain.substring(1)));
  }

  @SuppressWarnings("unchecked") // our own copies
  private static void remove(Map<String, @Nullable Object> told, String pointer) {
    String[] names = pointer.substring(1).split("/", -1);
    @Nullable Object at = told;
    for (int i = 0; i < names.length; i++) {
      boolean last = i == names.length - 1;
      String name = names[i].replace("~1", "/").replace("~0", "~");
      if (at instanceof Map<?, ?> map && map.containsKey(name)) {
        if (last) {
          ((Map<String, @Nullable Object>) map).put(name, marker());
        }
        at = map.get(name);
      } else if (at instanceof List<?> list && name.matches("0|[1-9][0-9]{0,8}")) {
        int index = Integer.parseInt(name);
        if (index >= list.size()) {
          return;
        }
        if (last) {
          ((List<@Nullable Object>) list).set(index, marker());
        }
        at = list.get(index);
      } else {
        return;
      }
    }
  }
}
