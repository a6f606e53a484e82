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
  private final DirectoryLock lock;
  private boolean busy;
  private boolean closed;

  /**
   * Creates or opens the directory.
   *
   * @param release called once, when it is closed and no execution runs in it any more
   * @throws IsoException if it can't be, or another runtime has it
   */
  public DiskWorkspace(Path directory, Consumer<DiskWorkspace> release) {
    this.layout = new WorkspaceLayout(directory);
    this.release = release;
    layout.create();
    this.lock = DirectoryLock.of(layout);
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
    requireOpen();
    if (busy) {
      throw busy("The execution was not started.");
    }
    busy = true;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new Problem(
              ErrorCode.WORKSPACE_UNUSABLE,
              "The workspace " + id() + " is closed.",
              "Nothing was done.",
              "Open the workspace again with Runtime.openWorkspace(Path).")
          .toException();
    }
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
  public void free() {
    boolean last;
    synchronized (this) {
      busy = false;
      last = closed;
    }
    if (last) {
      letGo();
    }
  }

  private void letGo() {
    lock.close();
    release.accept(this);
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
    requireOpen();
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
    boolean last;
    synchronized (this) {
      last = !closed && !busy;
      closed = true;
    }
    if (last) {
      letGo();
    }
  }

  @Override
  public void delete() {
    boolean last;
    synchronized (this) {
      if (busy) {
        throw busy("The workspace was not deleted.");
      }
      last = !closed;
      closed = true;
    }
    try {
      WorkspaceLayout.delete(layout.root());
    } catch (IOException e) {
      throw layout.unusable("can't be deleted", e);
    } finally {
      if (last) {
        letGo();
      }
    }
  }
}
