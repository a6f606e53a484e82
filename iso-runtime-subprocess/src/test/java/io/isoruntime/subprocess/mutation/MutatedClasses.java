package io.isoruntime.subprocess.mutation;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/** What stands first on the class path of a mutated product: changed copies, compiled anew. */
final class MutatedClasses {
  private static final Path ROOT = Path.of(System.getProperty("iso.root"));
  private static final String PYTHON = "iso-runtime-supervisor/src/main/python/";
  private static final String PYTHON_IN_JAR = "io/isoruntime/supervisor/python/";

  private MutatedClasses() {}

  /** Fills a directory with the copies that these edits change. */
  static void make(List<Edit> edits, Path directory, String classPath) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Edit edit : edits) {
      String text = texts.get(edit.file());
      texts.put(
          edit.file(),
          edit.applyTo(text != null ? text : Files.readString(ROOT.resolve(edit.file()))));
    }
    List<Path> sources = new ArrayList<>();
    for (Map.Entry<String, String> changed : texts.entrySet()) {
      String file = changed.getKey();
      boolean isPython = file.startsWith(PYTHON);
      Path copy =
          isPython
              ? directory.resolve(PYTHON_IN_JAR + file.substring(PYTHON.length()))
              : directory.resolve("sources").resolve(file);
      Files.createDirectories(copy.getParent());
      Files.writeString(copy, changed.getValue());
      if (!isPython) {
        sources.add(copy);
      }
    }
    if (!sources.isEmpty()) {
      compile(sources, directory, classPath);
    }
  }

  private static void compile(List<Path> sources, Path directory, String classPath) {
    List<String> arguments =
        new ArrayList<>(List.of("-proc:none", "-nowarn", "-Xlint:none", "-implicit:none"));
    arguments.addAll(List.of("-cp", classPath, "-d", directory.toString()));
    sources.forEach(source -> arguments.add(source.toString()));
    StringWriter messages = new StringWriter();
    PrintWriter printer = new PrintWriter(messages);
    int status =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(printer, printer, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new IllegalStateException("A mutant is no Java:\n" + messages);
    }
  }
}
