package io.isoruntime.conformance;

import io.isoruntime.ExecutionResult;

/** Results for people, in one bounded line. */
final class Describe {
  private static final int MOST = 400;

  private Describe() {}

  static String result(ExecutionResult result) {
    return result.outcome()
        + result.limit().map(limit -> ", limit " + limit).orElse("")
        + ", stdout "
        + quoted(result.stdout().text())
        + ", stderr "
        + quoted(result.stderr().text());
  }

  private static String quoted(String text) {
    String end = text.length() <= MOST ? text : "…" + text.substring(text.length() - MOST);
    return "'" + end.replace("\n", "\\n") + "'";
  }
}
