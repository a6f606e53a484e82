package io.isoruntime.cli;

import io.isoruntime.cli.doctor.Row;
import io.isoruntime.supervisor.json.Json;
import java.util.List;

/** What the doctor found, as text: a pure function of its rows. */
final class DoctorReport {
  private DoctorReport() {}

  static boolean isWell(List<Row> rows) {
    return rows.stream().allMatch(Row::passed);
  }

  /** One JSON object. */
  static String json(String runtime, List<Row> rows) {
    return Json.text(
            Json.object(
                "runtime", runtime,
                "ok", isWell(rows),
                "rows", rows.stream().map(DoctorReport::json).toList()))
        + "\n";
  }

  private static Object json(Row row) {
    return Json.object(
        "name", row.name(),
        "status", row.passed() ? "pass" : "fail",
        "detail", row.detail(),
        "remedy", row.remedy().orElse(null));
  }

  /** A table, and beneath each row that failed its remedy. */
  static String table(List<Row> rows, boolean colours) {
    int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      text.append(VerdictLine.mark(row.passed(), colours))
          .append(' ')
          .append(row.name())
          .append(" ".repeat(width - row.name().length() + 2))
          .append(TerminalText.line(row.detail()))
          .append('\n');
      row.remedy()
          .ifPresent(
              remedy ->
                  text.append(" ".repeat(width + 4))
                      .append("→ ")
                      .append(TerminalText.line(remedy))
                      .append('\n'));
    }
    long failed = rows.stream().filter(row -> !row.passed()).count();
    return text.append(
            failed == 0
                ? "This host is ready.\n"
                : failed + " of " + rows.size() + " rows failed; → tells what to do.\n")
        .toString();
  }
}
