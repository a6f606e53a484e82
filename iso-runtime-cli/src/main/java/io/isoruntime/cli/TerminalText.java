package io.isoruntime.cli;

/**
 * Makes text of untrusted origin harmless for a terminal: control characters, which could move the
 * cursor or forge a verdict, and invisible formatting, which could reorder it, become visible
 * escapes (CWE-150).
 */
final class TerminalText {
  private TerminalText() {}

  /** One line: nothing of the text can end it. */
  static String line(String text) {
    return escape(text, false);
  }

  /** Lines of output: newlines and tabs stay. */
  static String lines(String text) {
    return escape(text, true);
  }

  /** The first characters, and a sign that there were more. */
  static String shorten(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(max - 2)) ? max - 2 : max - 1;
    return text.substring(0, end) + "…";
  }

  private static String escape(String text, boolean lines) {
    StringBuilder out = null;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      int length = Character.charCount(c);
      boolean plain = isPlain(c) || (lines && (c == '\n' || c == '\t'));
      if (!plain && out == null) {
        out = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (out != null) {
        if (plain) {
          out.appendCodePoint(c);
        } else {
          out.append(escape(c));
        }
      }
      i += length;
    }
    return out == null ? text : out.toString();
  }

  private static boolean isPlain(int c) {
    if (c >= ' ' && c < 0x7f) {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\t' -> "\\t";
      case '\r' -> "\\r";
      default ->
          c < 0x100
              ? String.format("\\x%02x", c)
              : String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    };
  }
}
