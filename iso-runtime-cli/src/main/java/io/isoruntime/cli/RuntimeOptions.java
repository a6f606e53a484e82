package io.isoruntime.cli;

import picocli.CommandLine.Option;

/** The options that say which runtime is meant. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RuntimeOptions {
  @Option(
      names = "--runtime",
      paramLabel = "BACKEND",
      defaultValue = "subprocess",
      converter = Backend.Converter.class,
      description =
          "What makes the sandboxes: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  Backend backend;

  @Option(
      names = "--python",
      paramLabel = "PATH|NAME",
      defaultValue = "python3",
      description =
          "The interpreter, 3.9 or later: a path, such as a virtual environment's bin/python, or a"
              + " name on the PATH (default: ${DEFAULT-VALUE}).")
  String python;
}
