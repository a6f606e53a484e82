package io.isoruntime.cli.bench;

import io.isoruntime.supervisor.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A report as one JSON object, whose keys are relied on. What was not measured is left out: a ratio
 * of which one side was absent, a size that could not be run, the drift if it was not asked for.
 */
final class BenchJson {
  private BenchJson() {}

  static String write(BenchReport report) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    all.put("machine", machine(report.machine()));
    all.put("rounds", report.rounds());
    report.figures().forEach(figure -> all.put(figure.key(), rounded(figure.value())));
    report.measures().forEach((name, value) -> all.put(name, rounded(value)));
    all.put("targets", targets(report.figures()));
    all.put("samples", distributions(report));
    all.put("perSecond", report.rates());
    all.put("perSecondByCallers", report.ratesByCallers());
    all.put("growth", growth(report.growth()));
    Drift drift = report.drift();
    if (drift != null) {
      all.put("drift", drift(drift));
    }
    all.put("firstExecutionMillis", rounded(report.firstMillis()));
    all.put("absent", report.absent());
    all.put(
        "isolation",
        report.isolation().controls().stream()
            .collect(
                Collectors.toMap(
                    reading -> reading.control().label(),
                    BenchReport::state,
                    (one, other) -> one,
                    LinkedHashMap::new)));
    return Json.text(all) + "\n";
  }

  private static Object machine(BenchReport.Machine machine) {
    return Json.object(
        "cores", machine.cores(),
        "kernel", machine.kernel(),
        "java", machine.jvm(),
        "python", machine.python());
  }

  private static Object targets(List<Figure> figures) {
    Map<String, Object> targets = new LinkedHashMap<>();
    for (Figure figure : figures) {
      String bound = figure.atMost() ? "atMost" : "atLeast";
      targets.put(figure.key(), Json.object(bound, figure.target(), "met", figure.isMet()));
    }
    return targets;
  }

  private static Object distributions(BenchReport report) {
    Map<String, Object> distributions = new LinkedHashMap<>();
    for (Contender contender : report.contenders()) {
      Samples of = report.samples().get(contender.name());
      if (of != null) {
        Map<String, @Nullable Object> distribution =
            Json.object("title", contender.title(), "ours", contender.isOurs());
        distribution.putAll(times(of));
        distributions.put(contender.name(), distribution);
      }
    }
    return distributions;
  }

  private static Map<String, @Nullable Object> times(Samples of) {
    return Json.object(
        "medianMillis", rounded(of.median()),
        "p95Millis", rounded(of.percentile(95)),
        "count", of.count(),
        "millis", of.millis().stream().map(BenchJson::rounded).toList());
  }

  /** By what grows, one object for each size, from the smallest on. */
  private static Object growth(List<Growth> all) {
    Map<String, Object> growths = new LinkedHashMap<>();
    for (Growth growth : all) {
      List<Object> sizes = new ArrayList<>();
      growth
          .samples()
          .forEach(
              (size, of) -> {
                Map<String, @Nullable Object> row =
                    Json.object("size", size, "ratio", rounded(growth.ratio(size)));
                row.putAll(times(of));
                sizes.add(row);
              });
      growths.put(growth.axis().key(), sizes);
    }
    return growths;
  }

  private static Object drift(Drift drift) {
    return Json.object(
        "executions", drift.executions(),
        "window", drift.first().count(),
        "medianMillis", firstAndLast(drift.first().median(), drift.last().median()),
        "p95Millis", firstAndLast(drift.first().percentile(95), drift.last().percentile(95)),
        "heapBytes", beforeAndAfter(drift.before().heapBytes(), drift.after().heapBytes()),
        "threads", beforeAndAfter(drift.before().threads(), drift.after().threads()),
        "descriptors", beforeAndAfter(drift.before().descriptors(), drift.after().descriptors()),
        "left", drift.left().stream().sorted().toList());
  }

  private static Object firstAndLast(double first, double last) {
    return Json.object(
        "first", rounded(first), "last", rounded(last), "ratio", rounded(last / first));
  }

  private static Object beforeAndAfter(long before, long after) {
    return Json.object("before", before, "after", after);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
