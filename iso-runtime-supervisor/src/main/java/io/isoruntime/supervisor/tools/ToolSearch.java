package io.isoruntime.supervisor.tools;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Ranks tools by the words of a query. {@code search} of guest_tools.py does the same in the
 * sandbox: both have to give what {@code searches.json} of the tests says.
 */
final class ToolSearch {
  /** Of a word in a tool's name, in what is said of it, and in the names of its arguments. */
  private static final int[] WEIGHTS = {4, 2, 1};

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]+");
  private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");
  private static final int LEAST_PART = 3;
  private static final int LONGEST_ENDING = 3;

  private ToolSearch() {}

  /** Those that fit, the best first; all of them if the query has no words. */
  static List<PythonTool> of(List<PythonTool> tools, String query) {
    Set<String> words = new LinkedHashSet<>(words(query));
    List<String[]> texts = tools.stream().map(ToolSearch::texts).toList();
    int[] scores = new int[tools.size()];
    for (String word : words) {
      int[] fits = texts.stream().mapToInt(each -> fit(word, each)).toArray();
      int fitting = (int) Arrays.stream(fits).filter(fit -> fit > 0).count();
      int rarity = bits(tools.size()) - bits(fitting) + 1;
      Arrays.setAll(scores, i -> scores[i] + rarity * fits[i]);
    }
    return IntStream.range(0, tools.size())
        .filter(i -> scores[i] > 0 || words.isEmpty())
        .boxed()
        .sorted(Comparator.comparingInt(i -> -scores[i]))
        .<PythonTool>map(tools::get)
        .toList();
  }

  /** A logarithm in whole numbers, which is the same in Python. */
  private static int bits(int number) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(number);
  }

  private static List<String> words(String text) {
    String apart = HUMP.matcher(text).replaceAll(" ").toLowerCase(Locale.ROOT);
    return WORD.matcher(apart).results().map(MatchResult::group).toList();
  }

  private static String[] texts(PythonTool tool) {
    String parameters =
        tool.parameters().stream()
            .map(PythonTool.Parameter::spelled)
            .collect(Collectors.joining(" "));
    return new String[] {spaced(tool.dotted()), spaced(tool.about()), spaced(parameters)};
  }

  private static String spaced(String text) {
    return " " + String.join(" ", words(text)) + " ";
  }

  private static int fit(String word, String[] texts) {
    return IntStream.range(0, WEIGHTS.length).map(i -> WEIGHTS[i] * fit(word, texts[i])).sum();
  }

  /** 2 if the word is there; 1 if it is a part of one there, or one there with an ending. */
  private static int fit(String word, String text) {
    if (text.contains(" " + word + " ")) {
      return 2;
    }
    boolean part = word.length() >= LEAST_PART || word.chars().anyMatch(c -> c > 127);
    int shortest = Math.max(LEAST_PART + 1, word.length() - LONGEST_ENDING);
    boolean stem =
        word.length() > LEAST_PART
            && IntStream.range(Math.min(shortest, word.length() - 1), word.length())
                .anyMatch(end -> text.contains(" " + word.substring(0, end) + " "));
    return stem || (part && text.contains(word)) ? 1 : 0;
  }
}
