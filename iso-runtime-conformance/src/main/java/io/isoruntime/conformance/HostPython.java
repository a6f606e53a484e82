package io.isoruntime.conformance;

import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs attack programs without a sandbox, to show that they work. */
final class HostPython {
  /** A variable that only an unprotected program sees. */
  static final String CANARY = "ISO_CANARY";

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String[] NONE = {};
  private static final List<String> PLACES = List.of("/usr/bin", "/usr/local/bin", "/bin");

  private HostPython() {}

  /**
   * Without it nothing can be shown to work, and so nothing proven.
   *
   * @throws io.isoruntime.IsoException if there is none
   */
  static Path require() {
    return PLACES.stream()
        .map(place -> Path.of(place, "python3"))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(
            () ->
                new Problem(
                        ErrorCode.INTERPRETER_UNUSABLE,
                        "There is no python3 in " + String.join(", ", PLACES) + " of this host.",
                        "Attacks can't be shown to work without a sandbox, so their failing would"
                            + " prove nothing.",
                        "Install Python 3 there, also where sandboxes are containers.")
                    .toException());
  }

  /** What a program without protection printed; or, if it could not be run, why. */
  record Shown(String output, Optional<String> whyNot) {
    static Shown not(String why) {
      return new Shown("", Optional.of(why));
    }
  }

  /**
   * Runs it in {@code out} of this directory, with its text in {@code pkg} beside: as in a
   * sandbox's workspace.
   */
  static Shown run(Attack attack, Path directory, HostSpeed speed)
      throws IOException, InterruptedException {
    Path working = Files.createDirectories(directory.resolve("out"));
    Path output = directory.resolve("stdout");
    Path errors = directory.resolve("stderr");
    List<String> command = new ArrayList<>(attack.unprotected().prefix());
    command.addAll(command(attack, directory));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(working.toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL", "C.UTF-8"));
    builder.environment().put(CANARY, "a secret of the host");
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      return Shown.not("it could not be shown: " + e.getMessage());
    }
    boolean ended = false;
    try {
      process.getOutputStream().close();
      ended = process.waitFor(speed.allow(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      end(process, directory); // also when this JVM is told to end meanwhile
    }
    String said = head(output);
    if (!ended) {
      return Shown.not("it did not end without a sandbox either");
    }
    return said.isEmpty()
        ? Shown.not("it said nothing without a sandbox: " + head(errors).strip())
        : new Shown(said, Optional.empty());
  }

  /** The command that runs it, with its text in {@code pkg} of this directory. */
  static List<String> command(Attack attack, Path directory) throws IOException {
    Path program = Files.createDirectories(directory.resolve("pkg")).resolve("main.py");
    Files.writeString(program, attack.code(false));
    return List.of(require().toString(), "-I", "-B", program.toString());
  }

  /** What it started may outlive it, and may be starting more at this moment. */
  private static void end(Process process, Path directory) {
    for (List<ProcessHandle> left = left(process, directory);
        !left.isEmpty();
        left = left(process, directory)) {
      left.forEach(ProcessHandle::destroyForcibly);
      // Gone before their directory is; a dead one stays a zombie until its parent looks after it.
      left.forEach(one -> one.onExit().completeOnTimeout(one, 1, TimeUnit.SECONDS).join());
    }
  }

  /** Its children, and orphans of theirs: they have the program's name from it. */
  private static List<ProcessHandle> left(Process process, Path directory) {
    String mark = directory.toString();
    Stream<ProcessHandle> orphans =
        ProcessHandle.allProcesses()
            .filter(
                one ->
                    Stream.of(one.info().arguments().orElse(NONE))
                        .anyMatch(is -> is.contains(mark)));
    return Stream.concat(
            Stream.concat(process.descendants(), orphans),
            Stream.of(process.toHandle()).filter(ProcessHandle::isAlive))
        .distinct()
        .toList();
  }

  private static String head(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8);
    }
  }
}
