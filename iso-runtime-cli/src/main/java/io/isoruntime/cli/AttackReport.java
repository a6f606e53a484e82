package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.CaseReport;
import io.isoruntime.conformance.Verdict;
import io.isoruntime.supervisor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What came of the cases, as text. Not thread-safe. */
final class AttackReport {
  private static final int MAX_EVIDENCE = 160;

  private final String runtime;
  private final Set<Control> missing;
  private final List<CaseReport> reports = new ArrayList<>();

  AttackReport(String runtime, Set<Control> missing) {
    this.runtime = runtime;
    this.missing = missing;
  }

  /** How many cases it has. */
  int size() {
    return reports.size();
  }

  void add(CaseReport report) {
    reports.add(report);
  }

  long failed() {
    return count(Verdict.FAILED);
  }

  private long count(Verdict verdict) {
    return reports.stream().filter(report -> report.verdict() == verdict).count();
  }

  /** One JSON object. */
  String json() {
    return Json.text(
            Json.object(
                "runtime", runtime,
                "held", count(Verdict.HELD),
                "failed", failed(),
                "refused", count(Verdict.REFUSED),
                "vacuous", count(Verdict.VACUOUS),
                "notApplicable", count(Verdict.NOT_APPLICABLE),
                "leftOut", ids(Verdict.LEFT_OUT),
                "missingControls", missing.stream().sorted().map(Control::label).toList(),
                "cases", reports.stream().map(AttackReport::json).toList()))
        + "\n";
  }

  private List<String> ids(Verdict verdict) {
    return reports.stream()
        .filter(report -> report.verdict() == verdict)
        .map(report -> report.tried().id())
        .toList();
  }

  private static Object json(CaseReport report) {
    return Json.object(
        "id", report.tried().id(),
        "title", report.tried().title(),
        "verdict", report.verdict().label(),
        "evidence", report.finding().evidence(),
        "millis", report.took().toMillis());
  }

  /** The row of one case; of a failed one with all of its evidence. */
  static String row(CaseReport report, boolean colours) {
    String evidence = TerminalText.line(report.finding().evidence());
    boolean failed = report.verdict() == Verdict.FAILED;
    return String.format(
        Locale.ROOT,
        "%s %-4s %-14s %6d ms  %s%s%n",
        mark(report.verdict(), colours),
        report.tried().id(),
        report.verdict().label().replace('_', ' '),
        report.took().toMillis(),
        TerminalText.line(report.tried().title()),
        " · " + (failed ? evidence : TerminalText.shorten(evidence, MAX_EVIDENCE)));
  }

  private static String mark(Verdict verdict, boolean colours) {
    return switch (verdict) {
      case HELD, REFUSED -> VerdictLine.mark(true, colours);
      case FAILED -> VerdictLine.mark(false, colours);
      case VACUOUS, NOT_APPLICABLE, LEFT_OUT -> "·";
    };
  }

  /** The last lines. */
  String totals(boolean colours) {
    String without =
        missing.isEmpty()
            ? ""
            : "This host can't have "
                + missing.stream().sorted().map(Control::label).collect(Collectors.joining(", "))
                + ": cases that need it were to be refused.\n";
    return String.format(
        Locale.ROOT,
        "%s%s %d held, %d failed, %d refused, %d vacuous, %d not applicable, %d left out%s%n",
        without,
        VerdictLine.mark(failed() == 0, colours),
        count(Verdict.HELD),
        failed(),
        count(Verdict.REFUSED),
        count(Verdict.VACUOUS),
        count(Verdict.NOT_APPLICABLE),
        count(Verdict.LEFT_OUT),
        count(Verdict.LEFT_OUT) == 0 ? "" : ": " + String.join(" ", ids(Verdict.LEFT_OUT)));
  }

  /** The cases and what they require. */
  static String list(List<Case> cases) {
    return cases.stream()
        .map(
            known ->
                String.format(
                    Locale.ROOT, "%-4s %s → %s%n", known.id(), known.title(), known.required()))
        .collect(Collectors.joining());
  }
}
