package io.isoruntime.cli;

import io.isoruntime.Control;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The command in this JVM, with its streams caught. */
final class Iso {
  /** What an invocation left. */
  record Ran(int status, String out, String err) {}

  private Iso() {}

  static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  static Ran command(RuntimeSpec.Opener opener, String standardInput, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    StandardStreams streams =
        new StandardStreams(text(standardInput), out, err, false, false, false);
    int status = new IsoCommand(streams, opener).execute(arguments);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Runs a program for real. An ordinary user waives what takes root. */
  static Ran runs(String program, String... options) {
    return command(spec -> spec.backend().open(spec), program, runArguments(options));
  }

  static String[] runArguments(String... options) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    if (!isRoot()) {
      arguments.add("--allow-degraded");
      arguments.add(
          Arrays.stream(Control.values())
              .filter(Control::waivable)
              .map(Control::label)
              .collect(Collectors.joining(",")));
    }
    arguments.addAll(List.of(options));
    arguments.add("-");
    return arguments.toArray(String[]::new);
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
