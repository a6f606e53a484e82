package io.isoruntime.supervisor;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.CodeFinding;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Reads what the checker found. Our own program wrote it, but in the sandbox of a source that may
 * have got hold of that program: so nothing of it is taken as it is.
 */
final class CodeFindings {
  static final int MOST = 100;
  private static final Comparator<CodeFinding> BY_POSITION =
      Comparator.comparingInt(CodeFinding::line).thenComparingInt(CodeFinding::column);
  private static final int MAX_JSON = 4 * 1024 * 1024;
  private static final int MAX_TEXT = 2000;

  private CodeFindings() {}

  /**
   * The findings, immutable and in order of position.
   *
   * @throws IOException if it is anything else than findings
   */
  static List<CodeFinding> read(String json) throws IOException {
    if (json.length() > MAX_JSON) {
      throw new IOException("it is too long");
    }
    JsonNode told = Json.parseObject(json.getBytes(StandardCharsets.UTF_8)).path("findings");
    if (!told.isArray() || told.size() > MOST) {
      throw new IOException("it has no list of at most " + MOST + " findings");
    }
    List<CodeFinding> findings = new ArrayList<>();
    for (JsonNode each : told) {
      findings.add(finding(each));
    }
    findings.sort(BY_POSITION);
    return List.copyOf(findings);
  }

  private static CodeFinding finding(JsonNode node) throws IOException {
    return new CodeFinding(
        code(text(node, "code")),
        text(node, "message"),
        count(node, "line"),
        count(node, "column"),
        text(node, "remedy"));
  }

  private static CodeFinding.Code code(String name) throws IOException {
    return Arrays.stream(CodeFinding.Code.values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IOException("there is no such kind of finding"));
  }

  private static String text(JsonNode node, String field) throws IOException {
    JsonNode text = node.path(field);
    if (!text.isTextual() || text.textValue().length() > MAX_TEXT) {
      throw new IOException(field + " is no text of at most " + MAX_TEXT + " characters");
    }
    return onOneLine(text.textValue());
  }

  /** A program must not write lines of its own into a log or a prompt, nor turn them around. */
  private static String onOneLine(String text) {
    return text.codePoints()
        .map(each -> isForLayout(each) ? ' ' : each)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isForLayout(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  private static int count(JsonNode node, String field) throws IOException {
    JsonNode count = node.path(field);
    if (!count.isIntegralNumber() || !count.canConvertToInt() || count.intValue() < 1) {
      throw new IOException(field + " is no number from 1");
    }
    return count.intValue();
  }
}
