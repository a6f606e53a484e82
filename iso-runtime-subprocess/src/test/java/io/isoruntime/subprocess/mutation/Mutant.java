package io.isoruntime.subprocess.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The product without one protection, as a file of {@code src/test/mutants} tells:
 *
 * <pre>
 * # what the protection is
 * case K8: AF_PACKET: opened         an attack that works then, and a pattern in its evidence
 * remove module/src/main/…           the source that protects
 * -    the lines that do it, once in it
 * +    and what stands there instead, if anything; an empty line separates the next ones
 * blind module/src/main/…            likewise the source that would refuse to run without it
 * </pre>
 *
 * @param name the file's, without its ending
 * @param protection what is removed
 * @param cases a pattern of the evidence by the id of the case that fails
 * @param protecting edits that remove it
 * @param attesting edits that let the product run without it; none where nothing attests it
 */
record Mutant(
    String name,
    String protection,
    Map<String, String> cases,
    List<Edit> protecting,
    List<Edit> attesting) {

  /** All mutants, by name. */
  static List<Mutant> all(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Mutant> mutants = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        mutants.add(of(file));
      }
      return mutants;
    }
  }

  private static Mutant of(Path file) throws IOException {
    String name = file.getFileName().toString().replaceFirst("\\.txt$", "");
    Mutant mutant =
        new Mutant(
            name,
            Files.readString(file).lines().findFirst().orElse("").replaceFirst("^# ", ""),
            new LinkedHashMap<>(),
            new ArrayList<>(),
            new ArrayList<>());
    Edit.Collector edit = null;
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("case ")) {
        String[] parts = line.substring("case ".length()).split(": ", 2);
        mutant.cases.put(parts[0], parts[1]);
      } else if (line.startsWith("remove ")) {
        edit = new Edit.Collector(line.substring("remove ".length()), mutant.protecting);
      } else if (line.startsWith("blind ")) {
        edit = new Edit.Collector(line.substring("blind ".length()), mutant.attesting);
      } else if (edit != null && line.matches("[-+].*")) {
        edit.add(line.charAt(0), line.substring(1));
      } else if (edit != null && line.isEmpty()) {
        edit.gap();
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        throw new IOException(file + " has a line of no known kind: " + line);
      }
    }
    return mutant;
  }

  /** All edits: of what protects and of what attests it. */
  List<Edit> edits() {
    return Stream.concat(protecting.stream(), attesting.stream()).toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
