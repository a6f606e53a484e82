package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An engine of a test's own, to be stopped, restarted and starved, with the test image in it. It
 * has a network namespace of its own, since it would remove the bridge of the machine's engine.
 */
final class PrivateEngine implements AutoCloseable {
  private final Path directory;
  private ProcessHandle process;

  private PrivateEngine(Path parent) throws Exception {
    // By the name of its directory others know its mounts for an engine's.
    this.directory = Files.createDirectories(parent.resolve("docker"));
    configure("{}"); // not the machine's
    this.process = launch();
  }

  static PrivateEngine start(Path parent) throws Exception {
    PrivateEngine engine = new PrivateEngine(parent);
    Path image = parent.resolve("image.tar");
    run("docker", "save", "-o", image.toString(), TestEngine.IMAGE);
    engine.docker("load", "-q", "-i", image.toString());
    Files.delete(image);
    return engine;
  }

  /** Writes its settings, which it reads when it starts. */
  void configure(String json) throws IOException {
    Files.writeString(directory.resolve("daemon.json"), json);
  }

  /** Nobody's child, as engines are, so that none of what it starts is this process's. */
  private ProcessHandle launch() throws Exception {
    Path pid = directory.resolve("pid");
    Files.deleteIfExists(pid);
    Process launcher =
        new ProcessBuilder(
                "setsid",
                "--fork",
                "unshare",
                "--net",
                "dockerd",
                "--host",
                address(),
                "--data-root",
                directory.resolve("data").toString(),
                "--exec-root",
                directory.resolve("exec").toString(),
                "--pidfile",
                pid.toString(),
                "--config-file",
                directory.resolve("daemon.json").toString(),
                "--bridge",
                "none",
                "--iptables=false")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    assertEquals(0, launcher.waitFor(), this::log);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!answers()) {
      assertTrue(System.nanoTime() < until, () -> "the test's engine did not start: " + log());
      Thread.sleep(50);
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
  }

  private boolean answers() {
    try (Engine engine = Engine.at(Optional.of(address()))) {
      engine.facts();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(directory.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  Path socket() {
    return directory.resolve("s");
  }

  String address() {
    return "unix://" + socket();
  }

  Engine client() {
    return Engine.at(Optional.of(address()));
  }

  /** Its workspaces are the engine's, and go with its directory. */
  DockerRuntime.Builder runtime() {
    return TestEngine.runtime().engine(address()).workspaceRoot(directory);
  }

  /** SIGSTOP, and so nothing that it passes on moves any more; its containers go on. */
  void freeze() throws Exception {
    signal("STOP");
  }

  void thaw() throws Exception {
    signal("CONT");
  }

  /** By the shell's own kill: the command belongs to a package that a small system lacks. */
  private void signal(String name) throws Exception {
    run("sh", "-c", "kill -" + name + " " + process.pid());
  }

  void restart() throws Exception {
    stop();
    process = launch();
  }

  private void stop() throws Exception {
    process.destroy();
    process.onExit().get(60, TimeUnit.SECONDS);
  }

  /** Runs a command of the engine's own client on it, and gives what it says. */
  String docker(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("docker", "-H", address()));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Runs a command, which must succeed, and gives what it says. */
  static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + said);
    return said;
  }

  @Override
  public void close() throws Exception {
    if (process.isAlive()) {
      thaw();
      stop();
    }
    endShims();
    // What it mounted beneath its directory must go before the directory can.
    List<String> mounted = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"))) {
      String at = line.split(" ")[4];
      if (at.startsWith(directory + File.separator)) {
        mounted.add(0, at);
      }
    }
    for (String at : mounted) {
      run("umount", "-l", at);
    }
    run("rm", "-rf", directory.resolve("data").toString(), directory.resolve("exec").toString());
  }

  /**
   * A shim outlives its engine, so that containers can; one whose container was killed while the
   * engine was down stays for ever.
   */
  private void endShims() throws Exception {
    String address = directory.resolve("exec/containerd/containerd.sock").toString();
    for (ProcessHandle candidate : ProcessHandle.allProcesses().toList()) {
      if (commandLine(candidate.pid()).contains("\0-address\0" + address + "\0")) {
        candidate.destroyForcibly();
        candidate.onExit().get(60, TimeUnit.SECONDS);
      }
    }
  }

  /** Its words, each ended by a NUL; nothing if it is gone. */
  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
