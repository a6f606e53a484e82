package io.isoruntime.supervisor.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelativeNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.csv", "a b/c", "ü/€.txt", "...", ".hidden", "😀"})
  void accepts(String name) {
    assertEquals(Optional.empty(), RelativeName.fault(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "a//b",
        "a/",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/./b",
        "a\nb",
        "a\u001b[31m",
        "a\\b",
        "a\u0000",
        "a\u007f",
        "a\u0085b",
        "\ud800",
        "\udc00x",
        "a\u2028b"
      })
  void refuses(String name) {
    assertTrue(RelativeName.fault(name).isPresent());
  }

  @Test
  void refusesWhatTheFileSystemWould() {
    assertTrue(RelativeName.fault("é".repeat(128)).isPresent());
    assertTrue(RelativeName.fault("a/".repeat(64) + "a").isPresent());
  }

  @Test
  void escapesForReports() {
    assertEquals("a\\u000ab\\u001b[31m\\u202e", RelativeName.printable("a\nb\u001b[31m\u202e"));
  }
}
