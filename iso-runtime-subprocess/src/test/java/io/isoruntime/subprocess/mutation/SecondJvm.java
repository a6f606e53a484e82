package io.isoruntime.subprocess.mutation;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@link AttackMain} on the product as it is, or on a mutated one. */
final class SecondJvm {
  private SecondJvm() {}

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** What it printed, errors included. */
  static List<String> run(List<Path> first, List<String> ids)
      throws IOException, InterruptedException {
    List<String> path = new ArrayList<>();
    first.forEach(directory -> path.add(directory.toString()));
    path.add(classPath());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx3g"));
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
    command.add(AttackMain.class.getName());
    command.addAll(ids);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      return process.inputReader(StandardCharsets.UTF_8).lines().toList();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
