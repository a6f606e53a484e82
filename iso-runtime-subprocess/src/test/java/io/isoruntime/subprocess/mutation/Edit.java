package io.isoruntime.subprocess.mutation;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines of a source, and what stands there instead.
 *
 * @param file the source, from the repository's root
 */
record Edit(String file, List<String> old, List<String> replacement) {

  /** The text with the lines exchanged; they must stand in it once, and as whole lines. */
  String applyTo(String text) {
    String searched = "\n" + block(old);
    String within = "\n" + text;
    int at = within.indexOf(searched);
    if (old.isEmpty() || at < 0 || within.indexOf(searched, at + 1) >= 0) {
      throw new IllegalStateException(
          file + " does not have exactly once:\n" + block(old) + "The mutant must follow it.");
    }
    return text.substring(0, at) + block(replacement) + text.substring(at + searched.length() - 1);
  }

  private static String block(List<String> lines) {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /** Takes lines with their signs; a removal after an addition or a gap begins a further edit. */
  static final class Collector {
    private final String file;
    private final List<Edit> edits;
    private boolean complete = true;

    Collector(String file, List<Edit> edits) {
      this.file = file;
      this.edits = edits;
    }

    void add(char sign, String line) {
      if (sign == '-') {
        if (complete) {
          edits.add(new Edit(file, new ArrayList<>(), new ArrayList<>()));
          complete = false;
        }
        edits.get(edits.size() - 1).old.add(line);
      } else {
        edits.get(edits.size() - 1).replacement.add(line);
        complete = true;
      }
    }

    void gap() {
      complete = true;
    }
  }
}
