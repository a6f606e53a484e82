package io.isoruntime.supervisor.workspace;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A workspace of this runtime. */
public final class DiskWorkspace implements Workspace {
  private final WorkspaceLayout layout;
  private final Consumer<DiskWorkspace> release;
  private boolean busy;
  private boolean closed;

  /**
   * Creates or opens the directory.
   *
   * @param release called once, at close
   */
  public DiskWorkspace(Path directory, Consumer<DiskWorkspace> release) {
    this.layout = new WorkspaceLayout(directory.toAbsolutePath().normalize());
    this.release = release;
    layout.create();
  }

  /** Where things are. */
  public WorkspaceLayout layout() {
    return layout;
  }

  /**
   * Reserves it for one execution.
   *
   * @throws IsoException if it is closed or another execution has it
   */
  public synchronized void acquire() {
    if (closed) {
      throw new Problem(
              ErrorCode.WORKSPACE_UNUSABLE,
              "The workspace " + id() + " is closed.",
              "The execution was not started.",
              "Open the workspace again with Runtime.openWorkspace(Path).")
          .toException();
    }
    if (busy) {
      throw busy("The execution was not started.");
    }
    busy = true;
  }

  private IsoException busy(String consequence) {
    return new Problem(
            ErrorCode.WORKSPACE_BUSY,
            "An execution is running in the workspace " + id() + ".",
            consequence,
            "Wait for its result, cancel it, or use another workspace.")
        .toException();
  }

  /** Ends the reservation. */
  public synchronized void free() {
    busy = false;
  }

  @Override
  public String id() {
    return String.valueOf(layout.root().getFileName());
  }

  @Override
  public Path directory() {
    return layout.root();
  }

  @Override
  public void put(String name, Path file) {
    Path target = target(name);
    try {
      if (!Files.isRegularFile(file)) {
        throw unusable(name, "'" + file + "' is not a readable regular file");
      }
      Files.createDirectories(target.getParent());
      WorkspaceLayout.copy(file, target);
    } catch (IOException e) {
      throw unusable(name, "it could not be copied: " + e);
    }
  }

  @Override
  public void put(String name, byte[] content) {
    Path target = target(name);
    try {
      Files.createDirectories(target.getParent());
      WorkspaceLayout.write(target, content);
    } catch (IOException e) {
      throw unusable(name, "it could not be written: " + e);
    }
  }

  private Path target(String name) {
    RelativeName.fault(name)
        .ifPresent(
            fault -> {
              throw unusable(name, fault);
            });
    try {
      return layout.in().resolve(name);
    } catch (InvalidPathException e) {
      throw unusable(name, "this host's file names are not UTF-8 (run with LC_ALL=C.UTF-8)");
    }
  }

  private static IsoException unusable(String name, String why) {
    return new Problem(
            ErrorCode.INPUT_UNUSABLE,
            "The input '" + RelativeName.printable(name) + "' can't be used: " + why + ".",
            "It was not added to the workspace.",
            "Give a plain relative name and a readable file.")
        .toException();
  }

  @Override
  public List<String> inputs() {
    try {
      return List.copyOf(WorkspaceLayout.list(layout.in()).keySet());
    } catch (IOException e) {
      throw layout.unusable("can't be read", e);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    release.accept(this);
  }

  @Override
  public void delete() {
    synchronized (this) {
      if (busy) {
        throw busy("The workspace was not deleted.");
      }
    }
    close();
    try {
      WorkspaceLayout.delete(layout.root());
    } catch (IOException e) {
      throw layout.unusable("can't be deleted", e);
    }
  }
}
