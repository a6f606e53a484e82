package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The part of a page that is generated: {@code -Diso.update=true} writes it anew, and without that
 * it must be what stands there.
 */
final class GeneratedPart {
  static final Path DOCS =
      Path.of(System.getProperty("iso.root", ".."), "docs").toAbsolutePath().normalize();

  private GeneratedPart() {}

  /** Between {@code <!-- generated: name -->} and {@code <!-- end: name -->}. */
  static void require(String page, String name, String expected) throws IOException {
    Path file = DOCS.resolve(page);
    String text = Files.readString(file);
    String begin = "<!-- generated: " + name + " -->\n";
    int start = text.indexOf(begin) + begin.length();
    int end = text.indexOf("<!-- end: " + name + " -->");
    assertTrue(text.contains(begin) && end >= start, page + " has no place for " + name);
    if (Boolean.getBoolean("iso.update")) {
      Files.writeString(file, text.substring(0, start) + expected + text.substring(end));
    } else {
      assertEquals(
          expected, text.substring(start, end), page + " is not up to date: -Diso.update=true");
    }
  }

  /**
   * Text for a cell of a table: a vertical line would end it, and angle brackets would be a tag.
   */
  static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
  }
}
