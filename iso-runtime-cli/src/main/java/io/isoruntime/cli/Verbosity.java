package io.isoruntime.cli;

import picocli.CommandLine.Option;

/** How much the library logs to standard error. */
final class Verbosity {
  @Option(
      names = {"-v", "--verbose"},
      description = "Log to stderr what happens; twice (-vv) in detail.")
  boolean[] verbose = {};

  /** Has an effect only before the first logger is made, which is when slf4j-simple reads it. */
  void apply() {
    if (verbose.length > 0) {
      System.setProperty(
          "org.slf4j.simpleLogger.defaultLogLevel", verbose.length > 1 ? "debug" : "info");
    }
  }
}
