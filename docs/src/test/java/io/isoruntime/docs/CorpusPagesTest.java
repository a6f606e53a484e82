package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages say of the corpus is generated from it. */
class CorpusPagesTest {
  private static final Path MUTANTS =
      GeneratedPart.DOCS.resolveSibling("iso-runtime-subprocess/src/test/mutants");
  private static final Map<String, String> THEMES =
      new LinkedHashMap<>(
          Map.of(
              "R", "Resources and processes",
              "A", "Files and artifacts",
              "K", "Kernel and network",
              "T", "Tool channel",
              "H", "Host faults"));

  @Test
  void theCorpusIsWholeAndEachCaseSaysWhatItRequires() {
    Map<String, Integer> sizes = Map.of("R", 24, "A", 16, "K", 27, "T", 19, "H", 18);
    sizes.forEach(
        (theme, size) -> {
          List<String> ids = of(theme).stream().map(Case::id).toList();
          for (int number = 1; number <= size; number++) {
            assertTrue(ids.contains(theme + number), "the corpus lacks " + theme + number);
          }
        });
    for (Case known : Corpus.all()) {
      assertTrue(THEMES.containsKey(known.id().substring(0, 1)), known::toString);
      assertTrue(!known.title().isBlank() && !known.required().isBlank(), known::toString);
    }
  }

  @Test
  void thePageOfAttacksListsTheCorpus() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String theme : List.of("R", "A", "K", "T", "H")) {
      text.append("\n### ").append(THEMES.get(theme)).append("\n\n");
      text.append("| case | attack or fault | must end so | not tried |\n|---|---|---|---|\n");
      of(theme).forEach(known -> text.append(row(known)));
    }
    GeneratedPart.require("attacks.md", "corpus", text.append('\n').toString());
  }

  private static List<Case> of(String theme) {
    return Corpus.all().stream().filter(known -> known.id().startsWith(theme)).toList();
  }

  private static String row(Case known) {
    return "| "
        + String.join(
            " | ",
            known.id(),
            GeneratedPart.cell(known.title()),
            GeneratedPart.cell(known.required()),
            GeneratedPart.cell(notTried(known)))
        + " |\n";
  }

  private static String notTried(Case known) {
    String absent = byReason(known::notApplicable, "on ");
    String leftOut = byReason(known::leftOut, "by `iso attack` on ");
    String refused =
        known.dependsOn().stream()
            .sorted()
            .map(control -> "`" + control.label() + "`")
            .collect(Collectors.joining(", "));
    return List.of(absent, leftOut, refused.isEmpty() ? "" : "refused without " + refused).stream()
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** The platforms of each reason. */
  private static String byReason(Function<Platform, Optional<String>> reasons, String words) {
    Map<String, List<Platform>> platforms =
        Arrays.stream(Platform.values())
            .filter(platform -> reasons.apply(platform).isPresent())
            .collect(
                Collectors.groupingBy(
                    platform -> reasons.apply(platform).orElseThrow(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return platforms.entrySet().stream()
        .map(entry -> words + names(entry.getValue()) + ": " + entry.getKey())
        .collect(Collectors.joining("; "));
  }

  private static String names(List<Platform> platforms) {
    return platforms.size() == Platform.values().length
        ? "any platform"
        : platforms.stream().map(Platform::label).collect(Collectors.joining(" and on "));
  }

  @Test
  void everyControlIsProvenByTheCasesThatItsRowNames() throws IOException {
    StringBuilder text = new StringBuilder("\n| control | cases |\n|---|---|\n");
    for (Control control : Control.values()) {
      String cases =
          Corpus.all().stream()
              .filter(known -> known.proves().contains(control))
              .map(Case::id)
              .collect(Collectors.joining(" "));
      assertTrue(!cases.isEmpty(), "no case proves " + control);
      text.append("| ").append(control.label()).append(" | ").append(cases).append(" |\n");
    }
    String rest =
        Corpus.all().stream()
            .filter(known -> known.proves().isEmpty())
            .map(Case::id)
            .collect(Collectors.joining(" "));
    text.append("| *the supervisor's flow* | ").append(rest).append(" |\n\n");
    GeneratedPart.require("security.md", "cases", text.toString());
  }

  @Test
  void everyMutantIsNoticedByTheCasesThatItsRowNames() throws IOException {
    StringBuilder text = new StringBuilder("\n| without | the corpus fails in |\n|---|---|\n");
    try (Stream<Path> files = Files.list(MUTANTS)) {
      for (Path mutant : files.sorted().toList()) {
        List<String> lines = Files.readAllLines(mutant);
        String cases =
            lines.stream()
                .filter(line -> line.startsWith("case "))
                .map(line -> line.substring("case ".length(), line.indexOf(':')))
                .collect(Collectors.joining(" "));
        assertTrue(!cases.isEmpty(), mutant::toString);
        String title = lines.get(0).replaceFirst("^# ", "");
        text.append("| ").append(title).append(" | ").append(cases).append(" |\n");
      }
    }
    GeneratedPart.require("security.md", "mutants", text.append('\n').toString());
  }
}
