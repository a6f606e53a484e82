package io.isoruntime.docker;

import io.isoruntime.conformance.ExpendableEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A private engine with a false one before it. */
final class SpoiltEngine implements ExpendableEngine, AutoCloseable {
  private final Path directory;
  private final PrivateEngine engine;
  private final FalseEngine between;

  SpoiltEngine(Path directory) throws Exception {
    this.directory = directory;
    this.engine = PrivateEngine.start(directory);
    applySeccompProfile("");
    this.between = new FalseEngine(directory.resolve("f"), engine.socket());
  }

  /** What may lie. */
  String address() {
    return "unix://" + directory.resolve("f");
  }

  Engine client() {
    return engine.client();
  }

  @Override
  public void stall() throws Exception {
    engine.freeze();
  }

  @Override
  public void resume() throws Exception {
    engine.thaw();
  }

  @Override
  public void restart() throws Exception {
    engine.restart();
  }

  @Override
  public void loseNextCreation() {
    between.loseNextCreation();
  }

  @Override
  public String lostCreation() {
    return between.lostCreation();
  }

  @Override
  public void refuseRemovals(boolean refused) {
    between.refuseRemovals(refused);
  }

  @Override
  public int refusedRemovals() {
    return between.refusedRemovals();
  }

  @Override
  public void applySeccompProfile(String json) throws Exception {
    Path profile = directory.resolve("seccomp.json");
    Files.writeString(profile, json);
    String setting = json.isEmpty() ? "" : ", \"seccomp-profile\": \"%s\"".formatted(profile);
    // The machine's own setting for gVisor, which an engine of the tests' own needs as well.
    engine.configure(
        """
        {"runtimes": {"runsc": {"path": "/usr/bin/runsc",
          "runtimeArgs": ["--platform=ptrace", "--network=none", "--ignore-cgroups"]}}%s}
        """
            .formatted(setting));
    engine.restart();
  }

  @Override
  public void derive(String name, List<String> changes) throws Exception {
    Path context = Files.createDirectories(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM " + TestEngine.IMAGE + "\n" + String.join("\n", changes) + "\n");
    engine.docker("build", "-q", "-t", name, context.toString());
  }

  @Override
  public Set<String> actionsOn(String image) throws Exception {
    return lines(
        "events",
        "--since",
        "5m",
        "--until",
        "0s",
        "--filter",
        "image=" + image,
        "--format",
        "{{.Action}}");
  }

  private Set<String> lines(String... arguments) throws Exception {
    return Arrays.stream(engine.docker(arguments).split("\n"))
        .filter(line -> !line.isBlank())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void runPlainly(String image, int seconds) throws Exception {
    engine.docker(
        "run",
        "--rm",
        "--network",
        "none",
        "--entrypoint",
        "/bin/sleep",
        image,
        Integer.toString(seconds));
  }

  @Override
  public Set<Long> processes() throws Exception {
    Set<Long> processes = new TreeSet<>();
    for (String container : lines("ps", "-q")) {
      String pid = engine.docker("inspect", "--format", "{{.State.Pid}}", container).strip();
      ProcessHandle.of(Long.parseLong(pid))
          .ifPresent(
              first ->
                  Stream.concat(Stream.of(first), first.descendants())
                      .forEach(process -> processes.add(process.pid())));
    }
    return processes;
  }

  @Override
  public Set<String> containers() throws Exception {
    return lines("ps", "-a", "--format", "/{{.Names}}");
  }

  @Override
  public void close() throws Exception {
    try {
      between.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      engine.close();
    }
  }
}
