package io.isoruntime.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command in a container that lives on, and that all who use it share. */
public final class DockerExecContender implements Contender {
  private final String image;
  private final List<String> options;
  private final List<String> command;
  private @Nullable String container;

  /**
   * In a container of this image.
   *
   * @param options further ones for {@code docker run}
   */
  public DockerExecContender(String image, List<String> options, List<String> command) {
    this.image = image;
    this.options = List.copyOf(options);
    this.command = List.copyOf(command);
  }

  @Override
  public String name() {
    return "dockerExec";
  }

  @Override
  public String title() {
    return "docker exec in a container that all share";
  }

  @Override
  public long time() throws AbsentException, InterruptedException {
    if (container == null) {
      List<String> run = new ArrayList<>(List.of("docker", "run", "-d", "--rm"));
      run.addAll(List.of("--network", "none"));
      run.addAll(options);
      run.addAll(List.of("--entrypoint", "sleep", image, "3600"));
      container = CommandContender.output(run).strip();
    }
    List<String> exec = new ArrayList<>(List.of("docker", "exec", container));
    exec.addAll(command);
    long begin = System.nanoTime();
    CommandContender.output(exec);
    return System.nanoTime() - begin;
  }

  @Override
  public void close() {
    if (container == null) {
      return;
    }
    try {
      CommandContender.output(List.of("docker", "rm", "-f", container));
    } catch (AbsentException e) {
      // The engine is gone, and the container ends within the hour.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
