package io.isoruntime.subprocess;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.python.InitSources;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks an interpreter once what it is, and has it compile init's modules. */
final class InterpreterProbe {
  private static final long TIMEOUT_SECONDS = 20;
  private static final int MAX_MESSAGE = 400;

  private InterpreterProbe() {}

  static Interpreter run(String pathOrName) {
    Path program = locate(pathOrName);
    Interpreter found = ask(program);
    List<Integer> version = found.versionInfo();
    if (version.get(0) != 3 || version.get(1) < 9) {
      throw unusable(program + " is Python " + found.version() + ", and 3.9 is the least.", null);
    }
    return found;
  }

  /** A path is taken as it is; a name is searched on PATH. */
  private static Path locate(String pathOrName) {
    if (pathOrName.contains("/")) {
      Path path = Path.of(pathOrName).toAbsolutePath();
      if (!Files.isRegularFile(path) || !Files.isExecutable(path)) {
        throw unusable("There is no executable file " + path + ".", null);
      }
      return path;
    }
    String searched = System.getenv().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    for (String directory : searched.split(File.pathSeparator)) {
      Path path = Path.of(directory.isEmpty() ? "." : directory, pathOrName);
      if (Files.isRegularFile(path) && Files.isExecutable(path)) {
        return path.toAbsolutePath();
      }
    }
    throw unusable("There is no '" + pathOrName + "' on the PATH (" + searched + ").", null);
  }

  private static Interpreter ask(Path program) {
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "-I", "-X", "utf8", "-c", InitSources.probe());
    builder.environment().keySet().removeIf(name -> name.startsWith("PYTHON"));
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw unusable(program + " can't be started: " + e.getMessage() + ".", e);
    }
    try {
      process
          .onExit()
          .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
          .exceptionally(
              late -> {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return process;
              });
      try (OutputStream in = process.getOutputStream()) {
        in.write(question());
      } catch (IOException e) {
        // It ended early; its status and its last words tell more than the broken pipe.
      }
      byte[] answer = process.getInputStream().readAllBytes();
      byte[] errors = process.getErrorStream().readAllBytes();
      int status = process.waitFor();
      if (status != 0) {
        throw unusable(
            program + " is no usable Python (status " + status + "): " + lastWords(errors), null);
      }
      return Json.mapper().readValue(lastLine(answer), Interpreter.class);
    } catch (IOException e) {
      throw unusable(program + " gave no usable answer about itself.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw unusable("The question to " + program + " was interrupted.", e);
    }
  }

  private static byte[] question() {
    List<List<String>> modules = new ArrayList<>();
    InitSources.modules().forEach((name, source) -> modules.add(List.of(name, source)));
    return Json.bytes(Map.of("modules", modules));
  }

  /** A shim may print before the interpreter does. */
  private static byte[] lastLine(byte[] answer) {
    String text = new String(answer, StandardCharsets.UTF_8).stripTrailing();
    return text.substring(text.lastIndexOf('\n') + 1).getBytes(StandardCharsets.UTF_8);
  }

  private static String lastWords(byte[] errors) {
    String text = new String(errors, StandardCharsets.UTF_8).strip();
    return text.substring(Math.max(0, text.length() - MAX_MESSAGE)).replace('\n', ' ') + ".";
  }

  private static IsoException unusable(String cause, @Nullable Throwable thrown) {
    Problem problem =
        new Problem(
            ErrorCode.INTERPRETER_UNUSABLE,
            cause,
            "No program can be run.",
            "Install Python 3.9 or later (apt-get install python3), or name another interpreter"
                + " with interpreter(...) or --python.");
    return thrown == null ? problem.toException() : new IsoException(problem, thrown);
  }
}
