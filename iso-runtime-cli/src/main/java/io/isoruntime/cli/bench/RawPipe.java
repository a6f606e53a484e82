package io.isoruntime.cli.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/** What standard output is compared with: an interpreter's that is not isolated, read at once. */
final class RawPipe implements Contender {
  private final String python;

  RawPipe(String python) {
    this.python = python;
  }

  @Override
  public String name() {
    return "rawPipe";
  }

  @Override
  public String title() {
    return "as much through a pipe, not isolated";
  }

  @Override
  public long time() throws AbsentException, InterruptedException {
    String code = Traffic.PRINT + "print(took, file=sys.stderr)\n";
    try {
      Process process = new ProcessBuilder(python, "-c", code).redirectError(Redirect.PIPE).start();
      try (InputStream printed = process.getInputStream()) {
        printed.transferTo(java.io.OutputStream.nullOutputStream());
        process.waitFor();
        String took =
            new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return Long.parseLong(took);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException | NumberFormatException e) {
      throw new AbsentException(python + " can't be read from: " + e.getMessage());
    }
  }
}
