package io.isoruntime.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets the wall clock jump, for one other JVM alone: a library preloaded into it answers in the
 * kernel's place. The clock of the host is everybody's and stays as it is.
 */
final class WallClock {
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private WallClock() {}

  /** Runs a program to its end, and one into its deadline, while the clock jumps. */
  static Finding jumps(Stage stage) throws Exception {
    Path directory = stage.temporaryDirectory();
    Path library = directory.resolve("jumping-clock.so");
    if (!compiled(directory, library)) {
      return Finding.vacuous("there is no C compiler (cc) to make a clock jump with");
    }
    List<String> prefix = List.of("/usr/bin/env", "LD_PRELOAD=" + library);
    List<String> shown = new ArrayList<>(prefix);
    shown.addAll(HostPython.command(Attack.of("host/h14_shows_jumps.py"), directory));
    String jumped = said(shown, directory);
    Unmet.unless(jumped.matches("jumped by 1728\\d\\d\\s*"), () -> "the clock: " + jumped);

    SecondJvm whole = second(stage, 1, Duration.ofMinutes(1), prefix);
    SecondJvm late = second(stage, 60, LIMIT, prefix);
    late.require("ready");
    long begin = System.nanoTime();
    String told = late.all();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    Unmet.unless(told.contains("timed_out"), () -> "the late one: " + told);
    Unmet.unless(
        millis > LIMIT.toMillis() - 1_000 && millis < LIMIT.toMillis() + 5_000,
        () -> "timed out after " + millis + " ms");
    String rest = whole.all();
    Unmet.unless(rest.contains("done") && rest.contains("completed"), () -> "the other: " + rest);
    return Finding.held(
        "while the clock jumped by two days a second, one completed and one timed out after"
            + " %d ms of %d".formatted(millis, LIMIT.toMillis()));
  }

  private static SecondJvm second(Stage stage, int seconds, Duration limit, List<String> prefix)
      throws IOException {
    return SecondJvm.start(
        stage,
        Attack.of("host/h13_goes_on.py").with("seconds", seconds),
        stage.temporaryDirectory().resolve("workspace"),
        limit,
        prefix);
  }

  private static boolean compiled(Path directory, Path library)
      throws IOException, InterruptedException {
    Path source = directory.resolve("jumping-clock.c");
    Files.writeString(source, Attack.resource("host/h14_jumping_clock.c"));
    try {
      said(
          List.of("cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString()),
          directory);
    } catch (IOException e) {
      return false;
    }
    return Files.exists(library);
  }

  private static String said(List<String> command, Path directory)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), UTF_8);
      process.waitFor();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
