package io.isoruntime.cli;

import io.isoruntime.Control;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The command in this JVM or in one of its own, with its streams caught. */
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
    return command(RuntimeSpec::open, program, runArguments(options));
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

  /** The command line of a JVM of its own, up to the command's arguments. */
  static List<String> jvm() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        Main.class.getName());
  }

  /** Runs the command in a JVM of its own, with these variables in its environment. */
  static Ran process(Map<String, String> environment, String standardInput, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(jvm());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Path err = Files.createTempFile("iso-cli-test", ".err");
    try {
      Process process = builder.redirectError(err.toFile()).start();
      try (OutputStream in = process.getOutputStream()) {
        in.write(standardInput.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It ended without reading; what it says tells why.
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ran(process.waitFor(), out, Files.readString(err));
    } finally {
      Files.delete(err);
    }
  }

  static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }
}
