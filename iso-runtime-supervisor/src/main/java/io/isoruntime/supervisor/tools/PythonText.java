package io.isoruntime.supervisor.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Names and literals as Python spells them. */
final class PythonText {
  private static final Set<String> KEYWORDS =
      Set.of(
          ("False None True and as assert async await break class continue def del elif else except"
                  + " finally for from global if import in is lambda nonlocal not or pass raise"
                  + " return try while with yield __debug__")
              .split(" "));

  private PythonText() {}

  /**
   * A name as an identifier: {@code get-user} is {@code get_user}, {@code import} is {@code
   * import_}.
   */
  static String identifier(String name) {
    StringBuilder spelled = new StringBuilder();
    Normalizer.normalize(name, Normalizer.Form.NFKC)
        .codePoints()
        .map(c -> Character.isLetterOrDigit(c) && (c < 128 || Character.isLetter(c)) ? c : '_')
        .forEach(spelled::appendCodePoint);
    if (spelled.isEmpty() || Character.isDigit(spelled.charAt(0))) {
      spelled.insert(0, '_');
    }
    return KEYWORDS.contains(spelled.toString()) ? spelled + "_" : spelled.toString();
  }

  /** Whether Python takes this name as it is. */
  static boolean isIdentifier(String name) {
    return identifier(name).equals(name);
  }

  /** The words of a name in one: {@code NOT_FOUND} or {@code Not-found} is {@code NotFound}. */
  static String className(String name) {
    String words =
        Arrays.stream(name.split("[^\\p{L}\\p{N}]+"))
            .filter(word -> !word.isEmpty())
            .map(PythonText::capitalized)
            .collect(Collectors.joining());
    return identifier(words);
  }

  private static String capitalized(String word) {
    String rest = word.substring(1);
    boolean shouted = word.equals(word.toUpperCase(Locale.ROOT));
    return word.substring(0, 1).toUpperCase(Locale.ROOT)
        + (shouted ? rest.toLowerCase(Locale.ROOT) : rest);
  }

  /** A type in quotes, since it may be of what is defined further down. */
  static String quoted(String type) {
    return "'" + type.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /** A text, number, truth value or null of JSON. */
  static String scalar(JsonNode value) {
    if (value.isTextual()) {
      return literal(value.textValue());
    } else if (value.isBoolean()) {
      return value.booleanValue() ? "True" : "False";
    }
    return value.isNull() ? "None" : value.asText();
  }

  /** A string literal on one line. */
  static String literal(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                out.append('\\').appendCodePoint(c);
              } else if (c == '\n') {
                out.append("\\n");
              } else {
                append(out, c);
              }
            });
    return out.append('"').toString();
  }

  /**
   * A docstring, without what indents its first line. A quotation mark is escaped wherever it could
   * be one of three.
   *
   * @param indentation of its other lines
   */
  static String docstring(String text, String indentation) {
    String plain = text.replace("\r\n", "\n").replace('\r', '\n');
    StringBuilder out = new StringBuilder("\"\"\"");
    int previous = '"';
    for (int i = 0; i < plain.length(); i += Character.charCount(previous)) {
      int c = plain.codePointAt(i);
      boolean last = i + 1 == plain.length();
      if (c == '\\' || (c == '"' && (previous == '"' || last))) {
        out.append('\\').appendCodePoint(c);
      } else if (c == '\n') {
        out.append('\n').append(last || plain.charAt(i + 1) == '\n' ? "" : indentation);
      } else {
        append(out, c);
      }
      previous = c;
    }
    return out.append("\"\"\"").toString();
  }

  /** The first line of a text, of what can be seen: it fits in a comment. */
  static String firstLine(String text) {
    StringBuilder out = new StringBuilder();
    text.strip()
        .codePoints()
        .takeWhile(c -> c != '\n')
        .map(c -> isUnseen(c) ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString().strip();
  }

  private static void append(StringBuilder out, int c) {
    if (isUnseen(c)) {
      out.append(String.format(Locale.ROOT, c > 0xffff ? "\\U%08x" : "\\u%04x", c));
    } else {
      out.appendCodePoint(c);
    }
  }

  /**
   * Whether readers don't see what it is: controls, line and paragraph separators, other spaces
   * than the ordinary one, and what turns text around or hides in it.
   */
  static boolean isUnseen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          true;
      case Character.SPACE_SEPARATOR -> c != ' ';
      default -> false;
    };
  }
}
