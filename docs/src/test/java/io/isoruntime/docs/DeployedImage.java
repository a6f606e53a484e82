package io.isoruntime.docs;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An image of a service, made of the files in deployment/ and of what these tests run with, and
 * containers of it, confined as compose.yaml confines them. It lives as long as this process.
 */
final class DeployedImage {
  /** Where the service looks for the engine's socket. */
  static final String SOCKET = "/var/run/docker.sock";

  /** The option of docker run that puts it there. */
  static final String MOUNTED = "--volume=" + RealEngine.socket() + ":" + SOCKET;

  /** What compose.yaml says of the service, and how the docker command says it. */
  static final List<List<String>> CONFINED =
      List.of(
          List.of("    cap_drop:\n      - ALL\n", "--cap-drop=ALL"),
          List.of(
              "    cap_add:\n      - CHOWN\n      - SETGID\n      - SETUID\n",
              "--cap-add=CHOWN",
              "--cap-add=SETGID",
              "--cap-add=SETUID"),
          List.of(
              "    security_opt:\n      - no-new-privileges\n", "--security-opt=no-new-privileges"),
          List.of("    read_only: true\n", "--read-only"),
          List.of("      - /tmp:exec\n", "--tmpfs=/tmp:exec"));

  private static final String JRE =
      Optional.ofNullable(System.getenv("ISO_TEST_DIND_IMAGE")).orElse("iso-dind-host:latest");
  private static final String TAG = "iso-docs-service:" + ProcessHandle.current().pid();

  private static boolean built;

  private DeployedImage() {}

  /**
   * What a command did.
   *
   * @param status its exit status
   * @param out what it printed
   * @param err what it logged
   */
  record Ran(int status, String out, String err) {}

  /**
   * Runs a command in a container of the service.
   *
   * @param options of docker run, beside the confinement
   */
  static Ran run(List<String> options, String... command) throws IOException {
    build();
    List<String> all = new ArrayList<>(List.of("docker", "run", "--rm", "--network=none"));
    CONFINED.forEach(setting -> all.addAll(setting.subList(1, setting.size())));
    all.addAll(options);
    all.add(TAG);
    all.addAll(List.of(command));
    return call(all);
  }

  /** The command that starts a class of these tests in the container. */
  static String[] java(Class<?> main) {
    return new String[] {
      "java",
      "-Dorg.slf4j.simpleLogger.log.io.isoruntime.supervisor.ExecutionFlow=debug",
      "-cp",
      "/opt/service/classes:/opt/service/*", // the test's own logging before a jar's
      main.getName()
    };
  }

  private static synchronized void build() throws IOException {
    if (built) {
      return;
    }
    Path context = Files.createTempDirectory("iso-docs");
    try {
      for (String name : List.of("Dockerfile", "entrypoint.sh")) {
        Path file = OperationsPage.ROOT.resolve("deployment").resolve(name);
        Files.copy(file, context.resolve(name), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
      Path service = Files.createDirectory(context.resolve("service"));
      int count = 0;
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        Path source = Path.of(entry);
        if (Files.isDirectory(source)) {
          copyTree(source, service.resolve("classes"));
        } else if (Files.exists(source)) {
          Files.copy(source, service.resolve(count++ + ".jar"));
        }
      }
      java.lang.Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> quietly(List.of("docker", "image", "rm", "-f", TAG))));
      Ran made =
          call(
              List.of(
                  "docker",
                  "build",
                  "--network=none",
                  "--build-arg=BASE_IMAGE=" + JRE,
                  "--tag=" + TAG,
                  context.toString()));
      if (made.status() != 0) {
        throw new IOException(made.out() + made.err());
      }
      built = true;
    } finally {
      deleteTree(context);
    }
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path file : (Iterable<Path>) tree::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!Files.exists(target)) {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path file :
          (Iterable<Path>) tree.sorted(java.util.Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  private static void quietly(List<String> command) {
    try {
      call(command);
    } catch (IOException e) {
      // the image stays; docker image prune removes it
    }
  }

  private static Ran call(List<String> command) throws IOException {
    Path out = Files.createTempFile("iso-docs", ".out");
    Path err = Files.createTempFile("iso-docs", ".err");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end: " + Files.readString(err));
      }
      return new Ran(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
