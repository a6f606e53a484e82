package io.isoruntime.cli.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A command in a container that lives on, and that all who use it share. */
public final class DockerExecContender implements Contender {
  private final String image;
  private final List<String> command;
  private @Nullable String container;

  /** In a container of this image. */
  public DockerExecContender(String image, List<String> command) {
    this.image = image;
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
  public void run() throws AbsentException, InterruptedException {
    if (container == null) {
      container =
          CommandContender.output(
                  List.of(
                      "docker",
                      "run",
                      "-d",
                      "--rm",
                      "--network",
                      "none",
                      "--entrypoint",
                      "sleep",
                      image,
                      "3600"))
              .strip();
    }
    List<String> exec = new ArrayList<>(List.of("docker", "exec", container));
    exec.addAll(command);
    CommandContender.output(exec);
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
