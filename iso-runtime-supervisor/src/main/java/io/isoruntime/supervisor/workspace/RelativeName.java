package io.isoruntime.supervisor.workspace;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Decides whether a name from outside may become a path beneath one of our directories. */
public final class RelativeName {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_PART_BYTES = 255;
  private static final int MAX_BYTES = 1024;
  private static final int MAX_PRINTED = 512;

  private RelativeName() {}

  /** Why the name can't be used; empty if it can. */
  public static Optional<String> fault(String name) {
    if (name.isEmpty()) {
      return Optional.of("the name is empty");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
      return Optional.of("the name is longer than " + MAX_BYTES + " bytes");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isISOControl(c) || c == '\\' || c == '\u2028' || c == '\u2029') {
        return Optional.of("the name holds a control character or backslash");
      }
      if (Character.isSurrogate(c) && !isPaired(name, i)) {
        return Optional.of("the name is not valid Unicode");
      }
    }
    String[] parts = name.split("/", -1);
    if (parts.length > MAX_DEPTH) {
      return Optional.of("the name has more than " + MAX_DEPTH + " parts");
    }
    for (String part : parts) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return Optional.of("the name is not a plain relative path");
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > MAX_PART_BYTES) {
        return Optional.of("a part of the name is longer than " + MAX_PART_BYTES + " bytes");
      }
    }
    return Optional.empty();
  }

  private static boolean isPaired(String name, int i) {
    return Character.isHighSurrogate(name.charAt(i))
        ? i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
  }

  /** The text with everything that isn't printable escaped, and capped, for logs and reports. */
  public static String printable(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0, c;
        i < text.length() && out.length() < MAX_PRINTED;
        i += Character.charCount(c)) {
      c = text.codePointAt(i);
      if (isPrintable(c)) {
        out.appendCodePoint(c);
      } else {
        out.append(String.format("\\u%04x", c));
      }
    }
    return out.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
