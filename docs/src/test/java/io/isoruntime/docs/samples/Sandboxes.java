package io.isoruntime.docs.samples;

import io.isoruntime.Control;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The builder of the samples' runtimes: strict as root, waiving what an ordinary user can't have.
 */
final class Sandboxes {
  private Sandboxes() {}

  static SubprocessRuntime.Builder builder(Path root) {
    SubprocessRuntime.Builder builder = SubprocessRuntime.builder().workspaceRoot(root);
    if (!"root".equals(System.getProperty("user.name"))) {
      builder.allowDegraded(
          Arrays.stream(Control.values()).filter(Control::waivable).toArray(Control[]::new));
    }
    return builder;
  }
}
