package io.isoruntime.cli.bench;

import io.isoruntime.conformance.SoakReport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A report for a person: one row for each thing that was measured. For one thread. */
final class BenchText {
  private static final double MIB = 1 << 20;

  private final BenchReport report;
  private final Map<String, String> titles = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder();

  BenchText(BenchReport report) {
    this.report = report;
    report.contenders().forEach(contender -> titles.put(contender.name(), contender.title()));
    text.append(report.machine()).append("\n\n");
    contenders();
    text.append('\n');
    report.figures().forEach(this::figure);
    report.measures().forEach((name, value) -> row(name, number(value)));
    rates();
    report.growth().forEach(this::growth);
    drift(report.drift());
    text.append('\n').append(isolation()).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }

  private void row(String label, String... cells) {
    text.append(String.format(Locale.ROOT, "%-66s", label));
    for (String cell : cells) {
      text.append(String.format(Locale.ROOT, " %10s", cell));
    }
    text.append('\n');
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.2f ms", value);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private void contenders() {
    row("", "median", "p95");
    titles.forEach(
        (name, title) -> {
          Samples of = report.samples().get(name);
          if (of != null) {
            times(title, of);
          } else {
            row(title, "absent: " + report.absent().get(name));
          }
        });
    report
        .absent()
        .forEach(
            (name, why) -> {
              if (!titles.containsKey(name)) {
                row(name, "absent: " + why);
              }
            });
  }

  private void times(String label, Samples of) {
    row(label, millis(of.median()), millis(of.percentile(95)));
  }

  private void figure(Figure figure) {
    row(
        figure.key(),
        number(figure.value()),
        String.format(
            Locale.ROOT,
            "  at %s %.2f: %s",
            figure.atMost() ? "most" : "least",
            figure.target(),
            figure.isMet() ? "met" : "missed"));
  }

  private void rates() {
    report
        .rates()
        .forEach(
            (name, rate) ->
                row("a second, all cores busy: " + titles.getOrDefault(name, name), tenths(rate)));
    report
        .ratesByCallers()
        .forEach((callers, rate) -> row("a second, ours, callers: " + callers, tenths(rate)));
    row(
        "the first execution of this JVM",
        String.format(Locale.ROOT, "%.0f ms", report.firstMillis()));
  }

  private void growth(Growth growth) {
    text.append('\n');
    row(growth.axis().title(), "median", "p95", "ratio");
    growth
        .samples()
        .forEach(
            (size, of) ->
                row(
                    size.toString(),
                    millis(of.median()),
                    millis(of.percentile(95)),
                    number(growth.ratio(size))));
  }

  private void drift(@Nullable Drift drift) {
    if (drift == null) {
      return;
    }
    SoakReport.Figures before = drift.before();
    SoakReport.Figures after = drift.after();
    int window = drift.first().count();
    text.append('\n');
    row(drift.executions() + " executions, one after the other", "median", "p95");
    times("the first " + window, drift.first());
    times("the last " + window, drift.last());
    row("this JVM", "before", "after");
    row(
        "heap after garbage collection, MiB",
        number(before.heapBytes() / MIB),
        number(after.heapBytes() / MIB));
    row("threads", "" + before.threads(), "" + after.threads());
    row("descriptors", "" + before.descriptors(), "" + after.descriptors());
    row(
        "left behind",
        drift.left().isEmpty()
            ? "nothing"
            : drift.left().stream().sorted().collect(Collectors.joining("; ")));
  }

  private String isolation() {
    return "isolation of ours: "
        + report.isolation().controls().stream()
            .map(reading -> reading.control().label() + " " + BenchReport.state(reading))
            .collect(Collectors.joining(", "));
  }
}
