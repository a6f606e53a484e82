package io.isoruntime.supervisor;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What an embedder configures whatever the back-end.
 *
 * @param profile the sandboxes
 * @param waived controls that may be missing
 * @param workspaceRoot where new workspaces are created
 * @param toolExecutor runs tool handlers; empty for threads of the runtime's own
 * @param warmSandboxes how many sandboxes are kept ready, from 0
 */
public record SupervisorConfig(
    SandboxProfile profile,
    Set<Control> waived,
    Path workspaceRoot,
    Optional<Executor> toolExecutor,
    int warmSandboxes) {

  /** Refuses to waive what can't be. */
  public SupervisorConfig {
    if (warmSandboxes < 0) {
      throw new IllegalArgumentException("There can't be " + warmSandboxes + " warm sandboxes.");
    }
    waived = Set.copyOf(waived);
    List<String> fixed =
        waived.stream().filter(control -> !control.waivable()).map(Control::label).toList();
    if (!fixed.isEmpty()) {
      throw new Problem(
              ErrorCode.SETTING_INVALID,
              "These controls can't be waived: " + String.join(", ", fixed) + ".",
              "No runtime was made.",
              "Waive only memory, pids, cpu, distinct-uid and supplementary-groups.")
          .toException();
    }
  }

  /** {@code /exec-workspace} where a deployment shares it, else the temporary directory. */
  public static Path defaultWorkspaceRoot() {
    Path shared = Path.of("/exec-workspace");
    return Files.isDirectory(shared) && Files.isWritable(shared)
        ? shared
        : Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
  }
}
