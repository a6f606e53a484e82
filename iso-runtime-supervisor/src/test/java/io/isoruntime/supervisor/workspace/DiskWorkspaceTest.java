package io.isoruntime.supervisor.workspace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class DiskWorkspaceTest {
  @TempDir Path root;

  private final List<DiskWorkspace> released = new ArrayList<>();

  private DiskWorkspace open() {
    return new DiskWorkspace(root.resolve("w"), released::add);
  }

  private static void refused(ErrorCode code, Executable action) {
    assertEquals(code, assertThrows(IsoException.class, action).problem().code());
  }

  @Test
  void isHeldByOneRuntimeAtATime() {
    DiskWorkspace first = open();
    refused(ErrorCode.WORKSPACE_BUSY, this::open);
    first.close();
    open().close();
  }

  @Test
  void isLetGoOnlyWhenItsExecutionIsOver() {
    DiskWorkspace workspace = open();
    workspace.acquire();
    refused(ErrorCode.WORKSPACE_BUSY, workspace::acquire);
    refused(ErrorCode.WORKSPACE_BUSY, workspace::delete);
    workspace.close();
    assertEquals(List.of(), released);
    refused(ErrorCode.WORKSPACE_BUSY, this::open);
    workspace.free();
    assertEquals(List.of(workspace), released);
    open().close();
  }

  @Test
  void takesNothingWhenItIsClosed() {
    DiskWorkspace workspace = open();
    workspace.close();
    refused(ErrorCode.WORKSPACE_UNUSABLE, () -> workspace.put("a", new byte[0]));
    refused(ErrorCode.WORKSPACE_UNUSABLE, workspace::acquire);
    workspace.delete();
    assertFalse(Files.exists(root.resolve("w")));
    assertEquals(List.of(workspace), released);
  }
}
