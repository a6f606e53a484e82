package io.isoruntime.conformance;

import io.isoruntime.Tool;
import java.util.concurrent.atomic.AtomicInteger;

/** Tools that are lent to programs of the theme. */
final class ChannelTools {
  private ChannelTools() {}

  /** No arguments. */
  record Nothing() {}

  /** Any argument. */
  record Value(Object value) {}

  /** Text. */
  record Text(String text) {}

  /** Counts its calls, and answers with how many there were. */
  static Tool<Nothing, Integer> counting(String name, AtomicInteger calls) {
    return Tool.of(name, Nothing.class, Integer.class, nothing -> calls.incrementAndGet());
  }

  /** Answers at once with this. */
  static Tool<Nothing, Object> answering(String name, Object answer) {
    return Tool.of(name, Nothing.class, Object.class, nothing -> answer);
  }
}
