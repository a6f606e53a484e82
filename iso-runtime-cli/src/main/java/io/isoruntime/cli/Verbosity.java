package io.isoruntime.cli;

import picocli.CommandLine.Option;

/** How much the library logs to standard error. */
final class Verbosity {
  private static final String LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

  @Option(
      names = {"-v", "--verbose"},
      description = "Log to stderr what happens; twice (-vv) in detail.")
  boolean[] verbose = {};

  /** Has an effect only before the first logger is made, which is when slf4j-simple reads it. */
  void apply() {
    if (verbose.length > 0) {
      System.setProperty(LEVEL, verbose.length > 1 ? "debug" : "info");
    }
  }

  /** The same, and where nobody asked for a level, this one. */
  void applyOr(String usual) {
    if (verbose.length == 0 && System.getProperty(LEVEL) == null) {
      System.setProperty(LEVEL, usual);
    }
    apply();
  }
}
