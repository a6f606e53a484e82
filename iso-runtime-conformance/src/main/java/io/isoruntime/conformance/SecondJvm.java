package io.isoruntime.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM, that runs a program in a runtime like the subject's; it may be killed. */
final class SecondJvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Process process;
  private final BufferedReader output;
  private final StringBuilder said = new StringBuilder();

  private SecondJvm(Process process, Duration patience) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    // Whoever waits for a word of it gets the end of its output then.
    var unused =
        process
            .onExit()
            .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionally(late -> process.destroyForcibly());
  }

  /**
   * Starts it.
   *
   * @param prefix what stands before its command
   */
  static SecondJvm start(
      Stage stage, Attack attack, Path workspace, Duration wallTime, List<String> prefix)
      throws IOException {
    Path program = stage.temporaryDirectory().resolve("program.py");
    Files.writeString(program, attack.code(true));
    List<String> command = new ArrayList<>(prefix);
    command.addAll(stage.subject().command(program, workspace, stage.missing(), wallTime));
    return stage.closing(
        new SecondJvm(
            new ProcessBuilder(command).redirectErrorStream(true).start(), stage.allow(PATIENCE)));
  }

  long pid() {
    return process.pid();
  }

  /** Reads on to a line that ends so; gives whether there is one before its end. */
  boolean says(String ending) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.endsWith(ending)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Reads on to such a line.
   *
   * @throws Unmet if it ends without
   */
  void require(String ending) throws IOException {
    Unmet.unless(says(ending), () -> "a second JVM did not say '" + ending + "': " + said);
  }

  /** All that it says, to its end. */
  String all() throws IOException, InterruptedException {
    output.lines().forEach(line -> said.append(line).append('\n'));
    process.waitFor();
    return said.toString();
  }

  /** SIGKILL: it can do nothing more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM: it may see to what it has. */
  void end() {
    process.toHandle().destroy(); // the process's own would stop its output from being read
  }

  @Override
  public void close() throws IOException, InterruptedException {
    kill();
    output.close();
  }
}
