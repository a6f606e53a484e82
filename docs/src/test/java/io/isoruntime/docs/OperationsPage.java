package io.isoruntime.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/operations.md quotes: {@code <words in angle brackets>} stand for what varies. */
final class OperationsPage {
  static final Path ROOT =
      Path.of(System.getProperty("iso.root", "..")).toAbsolutePath().normalize();

  /** A quotation that is only a placeholder would agree with anything. */
  private static final int LEAST_TEXT = 20;

  private final String text;

  OperationsPage() throws IOException {
    text = Files.readString(ROOT.resolve("docs/operations.md"));
  }

  String text() {
    return text;
  }

  /** The messages by the names in the comments before them. */
  Map<String, Pattern> messages() {
    Map<String, Pattern> messages = new LinkedHashMap<>();
    Matcher block =
        Pattern.compile("(?m)^<!-- message: ([a-z-]+) -->\\n```text\\n(.*)\\n```$").matcher(text);
    while (block.find()) {
      if (messages.put(block.group(1), pattern(block.group(2))) != null) {
        throw new IllegalStateException("twice: " + block.group(1));
      }
    }
    return messages;
  }

  /** Each line of the log that it quotes. */
  List<Pattern> logLines() {
    return Pattern.compile("(?ms)^<!-- log -->\\n```text\\n(.*?)\\n```$")
        .matcher(text)
        .results()
        .flatMap(block -> block.group(1).lines())
        .map(OperationsPage::pattern)
        .toList();
  }

  /** What it tells to look for in a log. */
  List<String> greps() {
    return Pattern.compile("(?m)^\\$ grep (?:-o )?'(.*)' iso.log$")
        .matcher(text)
        .results()
        .map(command -> command.group(1))
        .toList();
  }

  /** How many blocks of quoted text there are, in whatever form. */
  long quotations() {
    return Pattern.compile("(?m)^```text$").matcher(text).results().count();
  }

  static Pattern pattern(String quoted) {
    if (quoted.replaceAll("<[^>]*>", "").length() < LEAST_TEXT) {
      throw new IllegalStateException("says too little: " + quoted);
    }
    StringBuilder regex = new StringBuilder();
    Matcher placeholder = Pattern.compile("<[^>]*>").matcher(quoted);
    int end = 0;
    while (placeholder.find()) {
      regex.append(Pattern.quote(quoted.substring(end, placeholder.start()))).append(".+");
      end = placeholder.end();
    }
    return Pattern.compile(regex + Pattern.quote(quoted.substring(end)));
  }
}
