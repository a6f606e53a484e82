package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Mount;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class SecurityTest {
  @TempDir Path root;

  @Test
  void degraded() {
    // begin degraded
    Runtime runtime =
        SubprocessRuntime.builder()
            .allowDegraded(
                Control.MEMORY,
                Control.PIDS,
                Control.CPU,
                Control.DISTINCT_UID,
                Control.SUPPLEMENTARY_GROUPS)
            .build();

    ExecutionResult result = runtime.execute(ExecutionRequest.python("pass").build());

    for (IsolationReport.Reading reading : result.isolation().controls()) {
      System.out.println(reading.control() + " " + reading.state() + " " + reading.evidence());
    }
    // end degraded
    assertEquals(Control.values().length, result.isolation().controls().size());
    runtime.openWorkspace(result.workspace()).delete();
    runtime.close();
  }

  @Test
  void mounts() throws IOException {
    Path data = Files.createDirectory(root.resolve("data"));
    Files.writeString(data.resolve("model.bin"), "weights");
    Files.setPosixFilePermissions(
        root, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    // begin mounts
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(data, "/mnt/data")).build();
    // end mounts
    try (Runtime runtime = Sandboxes.builder(root).profile(profile).build()) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("print(open('/mnt/data/model.bin').read())").build());
      assertEquals("weights\n", result.stdout().text(), result::toString);
    }
  }
}
