package io.isoruntime.cli.bench;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command that is started from this JVM, until it has ended, with nothing to read and its output
 * thrown away. Thread-safe.
 *
 * @param name its key in reports
 * @param title what it does, for a person
 * @param command program and arguments
 */
public record CommandContender(String name, String title, List<String> command)
    implements Contender {
  private static final long PATIENCE_SECONDS = 60;
  private static final int MAX_WORDS = 200;
  private static final File NULL = new File("/dev/null");

  /** Copies the list. */
  public CommandContender {
    command = List.copyOf(command);
  }

  @Override
  public long time() throws AbsentException, InterruptedException {
    long begin = System.nanoTime();
    output(command);
    return System.nanoTime() - begin;
  }

  /**
   * Runs a command and gives what it printed, less than a pipe holds.
   *
   * @throws AbsentException if it can't be started, fails, or does not end within a minute
   */
  public static String output(List<String> command) throws AbsentException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectInput(Redirect.from(NULL)).start();
      try {
        // Before reading, which has no end of its own; what is said here fits the pipes.
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw new AbsentException(command.get(0) + " does not end");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String words = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.exitValue() != 0) {
          String last = words.strip();
          last = last.substring(last.lastIndexOf('\n') + 1);
          throw new AbsentException(
              command.get(0)
                  + " ends with "
                  + process.exitValue()
                  + ": "
                  + last.substring(0, Math.min(MAX_WORDS, last.length())));
        }
        return said;
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new AbsentException(command.get(0) + " is not there");
    }
  }
}
