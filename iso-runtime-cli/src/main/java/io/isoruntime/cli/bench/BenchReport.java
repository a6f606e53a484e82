package io.isoruntime.cli.bench;

import io.isoruntime.IsolationReport;
import io.isoruntime.supervisor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What came of a bench.
 *
 * @param machine what it was made on
 * @param rounds how many were counted, at most
 * @param contenders all, in the order of the table
 * @param samples by contender
 * @param absent who did not take part, and why
 * @param rates runs per second with twice as many callers as cores, by contender
 * @param ratesByCallers runs per second of the one that is ours, by the number of callers at once
 * @param further what is measured otherwise than by contenders
 * @param firstMillis what the first execution of this JVM took, its runtime included
 * @param isolation of the contenders that are ours
 */
public record BenchReport(
    Machine machine,
    int rounds,
    List<Contender> contenders,
    Map<String, Samples> samples,
    Map<String, String> absent,
    Map<String, Double> rates,
    Map<String, Double> ratesByCallers,
    List<Figure> further,
    double firstMillis,
    IsolationReport isolation) {
  /** For a person. */
  public String text() {
    StringBuilder text = new StringBuilder(machine + "\n\n");
    text.append(String.format(Locale.ROOT, "%-58s %10s %10s%n", "", "median", "p95"));
    Map<String, String> titles = titles();
    titles.forEach(
        (name, title) -> {
          Samples of = samples.get(name);
          text.append(
              of == null
                  ? String.format(Locale.ROOT, "%-58s %s%n", title, "absent: " + absent.get(name))
                  : String.format(
                      Locale.ROOT,
                      "%-58s %7.2f ms %7.2f ms%n",
                      title,
                      of.median(),
                      of.percentile(95)));
        });
    absent.forEach(
        (name, why) -> {
          if (!titles.containsKey(name)) {
            text.append(String.format(Locale.ROOT, "%-58s absent: %s%n", name, why));
          }
        });
    text.append('\n');
    figures().forEach(figure -> text.append(row(figure)));
    rates.forEach(
        (name, rate) ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%-58s %10.1f%n",
                    "a second, all cores busy: " + titles.get(name),
                    rate)));
    ratesByCallers.forEach(
        (callers, rate) ->
            text.append(
                String.format(
                    Locale.ROOT, "%-58s %10.1f%n", "a second, ours, callers: " + callers, rate)));
    text.append(
        String.format(
            Locale.ROOT, "%-58s %7.0f ms%n", "the first execution of this JVM", firstMillis));
    return text.append("\n").append(isolationText()).append('\n').toString();
  }

  private Map<String, String> titles() {
    Map<String, String> titles = new LinkedHashMap<>();
    contenders.forEach(contender -> titles.put(contender.name(), contender.title()));
    return titles;
  }

  private static String row(Figure figure) {
    return String.format(
        Locale.ROOT,
        "%-58s %10.3f   at %s %.2f: %s%n",
        figure.key(),
        figure.value(),
        figure.atMost() ? "most" : "least",
        figure.target(),
        figure.isMet() ? "met" : "missed");
  }

  /** All that has a target; without those for which a contender was absent. */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    Ratio.ALL.forEach(ratio -> ratio.of(samples).ifPresent(figures::add));
    figures.addAll(further);
    return figures;
  }

  private String isolationText() {
    return "isolation of ours: "
        + isolation.controls().stream()
            .map(reading -> reading.control().label() + " " + state(reading))
            .collect(Collectors.joining(", "));
  }

  private static String state(IsolationReport.Reading reading) {
    return reading.state().name().toLowerCase(Locale.ROOT);
  }

  /** One JSON object; a ratio is left out where one of its contenders was absent. */
  public String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put(
        "machine",
        Json.object(
            "cores",
            machine.cores(),
            "kernel",
            machine.kernel(),
            "java",
            machine.jvm(),
            "python",
            machine.python()));
    all.put("rounds", rounds);
    figures().forEach(figure -> all.put(figure.key(), rounded(figure.value())));
    Map<String, Object> targets = new LinkedHashMap<>();
    figures()
        .forEach(
            figure ->
                targets.put(
                    figure.key(),
                    Json.object(
                        figure.atMost() ? "atMost" : "atLeast",
                        figure.target(),
                        "met",
                        figure.isMet())));
    all.put("targets", targets);
    Map<String, Object> distributions = new LinkedHashMap<>();
    for (Contender contender : contenders) {
      Samples of = samples.get(contender.name());
      if (of != null) {
        distributions.put(
            contender.name(),
            Json.object(
                "title", contender.title(),
                "ours", contender.isOurs(),
                "medianMillis", rounded(of.median()),
                "p95Millis", rounded(of.percentile(95)),
                "count", of.count(),
                "millis", of.millis().stream().map(BenchReport::rounded).toList()));
      }
    }
    all.put("samples", distributions);
    all.put("perSecond", rates);
    all.put("perSecondByCallers", ratesByCallers);
    all.put("firstExecutionMillis", rounded(firstMillis));
    all.put("absent", absent);
    all.put(
        "isolation",
        isolation.controls().stream()
            .collect(
                Collectors.toMap(
                    reading -> reading.control().label(),
                    BenchReport::state,
                    (one, other) -> one,
                    LinkedHashMap::new)));
    return Json.text(all) + "\n";
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  /**
   * What a bench was made on.
   *
   * @param cores how many
   * @param kernel its release
   * @param jvm the JVM's version
   * @param python the interpreter's version
   */
  public record Machine(int cores, String kernel, String jvm, String python) {
    /** This one. */
    public static Machine current(String python) {
      return new Machine(
          Runtime.getRuntime().availableProcessors(),
          System.getProperty("os.version"),
          System.getProperty("java.version"),
          python);
    }

    @Override
    public String toString() {
      return cores + " cores, Linux " + kernel + ", Java " + jvm + ", Python " + python;
    }
  }
}
