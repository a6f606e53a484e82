package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.spi.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages say what the sources say, list what there is, and link to what exists. */
class PagesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("iso.root", "..")).toAbsolutePath().normalize();
  private static final List<Path> PLACES =
      List.of(
          Path.of("docs/src/test/java/io/isoruntime/docs/samples"),
          Path.of("examples/src/main/java/io/isoruntime/examples"));

  /** A code block of Java or Python, and the comment before it that names its source. */
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?m)^(?:<!-- sample: (\\S+) (\\S+) -->\\n)?```(java|python)\\n(.*?)^```$",
          Pattern.DOTALL);

  @Test
  void everyBlockOfCodeIsTheSourceThatItNames() throws IOException {
    int blocks = 0;
    for (Path page : pages()) {
      Matcher block = BLOCK.matcher(Files.readString(page));
      while (block.find()) {
        assertTrue(block.group(1) != null, page + " has an untested block: " + block.group(4));
        assertEquals(region(block.group(1), block.group(2)), block.group(4), page::toString);
        blocks++;
      }
    }
    assertTrue(blocks > 10, "only " + blocks + " blocks were found");
  }

  /** The lines between {@code // begin name} and {@code // end name}, without their indentation. */
  private static String region(String file, String name) throws IOException {
    for (Path place : PLACES) {
      Path source = ROOT.resolve(place).resolve(file);
      if (Files.exists(source)) {
        List<String> lines = Files.readAllLines(source);
        int begin = marker(lines, "begin", name);
        int end = marker(lines, "end", name);
        String text = String.join("\n", lines.subList(begin + 1, end));
        // A blank last line would count as unindented.
        return text.stripTrailing().stripIndent().strip() + "\n";
      }
    }
    return fail("No source " + file + " in " + PLACES);
  }

  private static int marker(List<String> lines, String edge, String name) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).strip().matches("(//|#) " + edge + " " + name)) {
        return i;
      }
    }
    return fail("No marker '" + edge + " " + name + "'");
  }

  @Test
  void everyErrorCodeIsExplainedOnce() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/errors.md"));
    List<String> headings =
        Pattern.compile("(?m)^\\| `(ISO-[A-Z-]+)` \\|")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .toList();

    assertEquals(
        Arrays.stream(ErrorCode.values()).map(ErrorCode::code).sorted().toList(),
        headings.stream().sorted().toList());
  }

  @Test
  void everyControlHasItsEvidence() throws IOException {
    String text = Files.readString(ROOT.resolve("docs/security.md"));
    int start = text.indexOf("\n## Controls and their evidence\n") + 1;
    String page = text.substring(start, text.indexOf("\n## ", start));
    List<String> rows =
        Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .toList();

    assertEquals(
        new TreeSet<>(Arrays.stream(Control.values()).map(Control::label).toList()),
        new TreeSet<>(rows));
  }

  @Test
  void everyFrameIsInTheProtocolsTable() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/protocol.md"));
    List<String> rows =
        Pattern.compile("(?m)^\\| (\\d+) \\| ([A-Z_]+) \\|")
            .matcher(page)
            .results()
            .map(match -> match.group(1) + " " + match.group(2))
            .toList();

    assertEquals(
        Arrays.stream(FrameType.values()).map(type -> type.code() + " " + type).toList(), rows);
    assertTrue(page.contains("Protocol version: **" + Protocol.VERSION + "**."));
    assertTrue(page.contains("{\"protocol\":" + Protocol.VERSION + ","));
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link =
          Pattern.compile("\\]\\(([^)#:\\s]+)(#[^)\\s]*)?\\)").matcher(Files.readString(page));
      while (link.find()) {
        if (!Files.exists(page.resolveSibling(link.group(1)))) {
          broken.add(ROOT.relativize(page) + " -> " + link.group(1));
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("deployment/README.md"));
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files
          .filter(file -> file.toString().endsWith(".md") && !file.toString().contains("/target/"))
          .sorted()
          .forEach(pages::add);
    }
    return pages;
  }
}
