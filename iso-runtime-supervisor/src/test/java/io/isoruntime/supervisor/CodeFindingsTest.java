package io.isoruntime.supervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.CodeFinding;
import io.isoruntime.CodeFinding.Code;
import io.isoruntime.supervisor.json.Json;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a sandbox says of a program is taken for findings only if it is findings. */
class CodeFindingsTest {

  private static Map<String, Object> told(Object code, Object message, Object line, Object column) {
    return Map.of(
        "code", code, "message", message, "line", line, "column", column, "remedy", "Do it.");
  }

  private static String all(Object findings) {
    return Json.text(Map.of("findings", findings));
  }

  @Test
  void findingsAreReadInOrderOfPosition() throws IOException {
    assertEquals(
        List.of(
            new CodeFinding(Code.UNKNOWN_TOOL, "b", 1, 9, "Do it."),
            new CodeFinding(Code.WRONG_ARGUMENT, "c", 2, 1, "Do it."),
            new CodeFinding(Code.SYNTAX_ERROR, "a", 2, 5, "Do it.")),
        CodeFindings.read(
            all(
                List.of(
                    told("SYNTAX_ERROR", "a", 2, 5),
                    told("UNKNOWN_TOOL", "b", 1, 9),
                    told("WRONG_ARGUMENT", "c", 2, 1)))));
    assertEquals(List.of(), CodeFindings.read("{\"findings\": []}"));
  }

  @Test
  void aTextIsOneLine() throws IOException {
    CodeFinding finding =
        CodeFindings.read(all(List.of(told("UNKNOWN_TOOL", "a\nb\u001b\u2028c\u202ed", 1, 1))))
            .get(0);

    assertEquals("a b  c d", finding.message());
  }

  @Test
  void whateverElseComesIsRefused() {
    Map<String, Object> good = told("UNKNOWN_TOOL", "a", 1, 1);
    Stream.of(
            "",
            "[]",
            "{}",
            "{\"findings\": {}}",
            "{\"findings\": [1]}",
            "{\"findings\": [{}]}",
            "{\"findings\": []} more",
            " ".repeat(5_000_000) + "{\"findings\": []}",
            all(Collections.nCopies(101, good)),
            all(List.of(told("OTHER", "a", 1, 1))),
            all(List.of(told(1, "a", 1, 1))),
            all(List.of(told("UNKNOWN_TOOL", "a".repeat(2_001), 1, 1))),
            all(List.of(told("UNKNOWN_TOOL", List.of(), 1, 1))),
            all(List.of(told("UNKNOWN_TOOL", "a", 0, 1))),
            all(List.of(told("UNKNOWN_TOOL", "a", 1, -1))),
            all(List.of(told("UNKNOWN_TOOL", "a", "1", 1))),
            all(List.of(told("UNKNOWN_TOOL", "a", 1.5, 1))),
            all(List.of(told("UNKNOWN_TOOL", "a", 1L << 40, 1))))
        .forEach(
            json ->
                assertThrows(
                    IOException.class,
                    () -> CodeFindings.read(json),
                    () -> json.substring(0, Math.min(100, json.length()))));
  }
}
