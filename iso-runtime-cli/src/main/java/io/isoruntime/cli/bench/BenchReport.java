package io.isoruntime.cli.bench;

import io.isoruntime.IsolationReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param further what has a target and is measured otherwise than by contenders
 * @param measures what has no target, by its name
 * @param growth what executions take as something grows
 * @param drift what many executions came to, if that was asked for
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
    Map<String, Double> measures,
    List<Growth> growth,
    @Nullable Drift drift,
    double firstMillis,
    IsolationReport isolation) {

  /** All that has a target; without those for which a contender was absent. */
  public List<Figure> figures() {
    List<Figure> figures = new ArrayList<>();
    Ratio.ALL.forEach(ratio -> ratio.of(samples).ifPresent(figures::add));
    figures.addAll(further);
    Growth.thousandTools(growth).ifPresent(figures::add);
    return figures;
  }

  /** The same with what many executions came to. */
  public BenchReport with(Drift drift) {
    return new BenchReport(
        machine,
        rounds,
        contenders,
        samples,
        absent,
        rates,
        ratesByCallers,
        further,
        measures,
        growth,
        drift,
        firstMillis,
        isolation);
  }

  /** For a person. */
  public String text() {
    return new BenchText(this).toString();
  }

  /** One JSON object on a line. */
  public String json() {
    return BenchJson.write(this);
  }

  static String state(IsolationReport.Reading reading) {
    return reading.state().name().toLowerCase(Locale.ROOT);
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
