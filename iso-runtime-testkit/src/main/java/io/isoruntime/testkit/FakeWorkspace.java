package io.isoruntime.testkit;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Workspace;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A workspace in a real directory, laid out as a real runtime's. */
final class FakeWorkspace implements Workspace {
  private final FakeRuntime owner;
  private final Path directory;
  private boolean busy;
  private boolean closed;
  private @Nullable String lastRun;

  FakeWorkspace(FakeRuntime owner, Path directory) {
    this.owner = owner;
    this.directory = directory;
    try {
      for (String part : List.of("pkg", "in", "out/calls", "out/files", "runs")) {
        Files.createDirectories(directory.resolve(part));
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  boolean belongsTo(FakeRuntime runtime) {
    return owner == runtime;
  }

  @Override
  public String id() {
    return String.valueOf(directory.getFileName());
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public void put(String name, Path file) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IsoException(badInput("'" + file + "' can't be read."), e);
    }
    put(name, content);
  }

  @Override
  public synchronized void put(String name, byte[] content) {
    requireOpen();
    for (String part : name.split("/", -1)) {
      if (part.isEmpty()
          || part.equals(".")
          || part.equals("..")
          || part.chars().anyMatch(Character::isISOControl)) {
        throw badInput("'" + name + "' is no input's name.").toException();
      }
    }
    write(directory.resolve("in").resolve(name), content);
  }

  private static Problem badInput(String cause) {
    return new Problem(
        ErrorCode.INPUT_UNUSABLE,
        cause,
        "The input was not added.",
        "Give a relative name and a readable file.");
  }

  @Override
  public List<String> inputs() {
    Path in = directory.resolve("in");
    try (Stream<Path> files = Files.walk(in)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> in.relativize(file).toString().replace('\\', '/'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Takes the workspace for one execution. */
  synchronized void acquire() {
    requireOpen();
    if (busy) {
      throw FakeRuntime.busy(directory);
    }
    busy = true;
  }

  synchronized void release() {
    busy = false;
  }

  byte[] read(String path) {
    // Not by Files, whose channels an interrupt closes: it may come at any time.
    try (InputStream in = new FileInputStream(directory.resolve(path).toFile())) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  void write(String path, byte[] content) {
    write(directory.resolve(path), content);
  }

  private void write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try (OutputStream out = new FileOutputStream(file.toFile())) {
        out.write(content);
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Moves the records of an earlier execution, everything of out/ but files/, to runs/. */
  void beginRun(String id) {
    Path out = directory.resolve("out");
    try {
      if (lastRun != null) {
        Path run = Files.createDirectories(directory.resolve("runs").resolve(lastRun));
        try (Stream<Path> entries = Files.list(out)) {
          for (Path entry : entries.filter(path -> !path.endsWith("files")).toList()) {
            Files.move(entry, run.resolve(out.relativize(entry)));
          }
        }
        Files.createDirectories(out.resolve("calls"));
      }
      lastRun = id;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      owner.released(directory);
    }
  }

  @Override
  public synchronized void delete() {
    if (busy) {
      throw FakeRuntime.busy(directory);
    }
    close();
    try {
      TreeRemoval.remove(directory);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new Problem(
              ErrorCode.WORKSPACE_UNUSABLE,
              "The workspace " + directory + " was closed.",
              "Nothing was changed.",
              "Open it again.")
          .toException();
    }
  }

  private IsoException unusable(IOException e) {
    return new IsoException(
        new Problem(
            ErrorCode.WORKSPACE_UNUSABLE,
            "The workspace " + directory + " can't be used: " + e.getMessage() + ".",
            "Nothing was run.",
            "Check the directory's owner, mode and free space."),
        e);
  }
}
