package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Mount;
import io.isoruntime.PathTranslator;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.docs.RealEngine;
import io.isoruntime.docs.RemoteEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class OperationsTest {
  @TempDir Path root;

  @BeforeEach
  void requireEngine() {
    RealEngine.require();
  }

  @Test
  void bareMetal() {
    Path workspaces = root;
    // begin bare-metal
    Runtime runtime =
        DockerRuntime.builder()
            .image("py-code-exec:latest") // or PY_CODE_EXEC_IMAGE
            .workspaceRoot(workspaces)
            .build();

    ExecutionResult result = runtime.execute(ExecutionRequest.python("print('hello')").build());

    result.isolation().channel(); // "unix-socket"
    // end bare-metal
    runtime.close();
    assertTrue(result.isCompleted(), result::toString);
    assertEquals("unix-socket", result.isolation().channel());
  }

  @Test
  void gvisor() {
    // begin gvisor
    Runtime runtime =
        DockerRuntime.builder()
            .ociRuntime("runsc")
            .allowDegraded(Control.MEMORY, Control.PIDS, Control.CPU)
            .build();

    ExecutionResult result = runtime.execute(ExecutionRequest.python("print('hello')").build());

    List<Control> waived =
        result.isolation().controls().stream()
            .filter(reading -> reading.state() == IsolationReport.State.WAIVED)
            .map(IsolationReport.Reading::control)
            .toList(); // those three
    // end gvisor
    runtime.openWorkspace(result.workspace()).delete();
    runtime.close();
    assertTrue(result.isCompleted(), result::toString);
    assertEquals(List.of(Control.MEMORY, Control.PIDS, Control.CPU), waived);
  }

  @Test
  void mapping() throws IOException {
    Path bundles = Files.createDirectory(root.resolve("bundles"));
    Files.writeString(bundles.resolve("a.py"), "");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path hosts = bundles;
    // begin mapping
    DockerRuntime.Builder builder =
        DockerRuntime.builder()
            .pathTranslator(PathTranslator.mapping(Map.of(bundles, hosts)))
            .profile(
                SandboxProfile.builder().mounts(Mount.readOnly(bundles, "/mnt/bundles")).build());
    // end mapping
    try (Runtime runtime = builder.workspaceRoot(root).build()) {
      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python("import os\nprint(os.listdir('/mnt/bundles'))").build());
      assertEquals("['a.py']\n", result.stdout().text(), result::toString);
    }
  }

  @Test
  void remote() throws IOException, GeneralSecurityException {
    try (RemoteEngine engine = new RemoteEngine(Files.createDirectory(root.resolve("certs")))) {
      System.setProperty("DOCKER_TLS_VERIFY", "1");
      System.setProperty("DOCKER_CERT_PATH", engine.certificates().toString());
      String address = engine.address();
      // begin remote
      // with DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH=/etc/iso/certs in the environment
      Runtime runtime =
          DockerRuntime.builder()
              .engine(address) // "tcp://engine.internal:2376", or DOCKER_HOST
              .channel(DockerChannel.ATTACHED) // what would be found out
              .build();
      // end remote
      ExecutionResult result = runtime.execute(ExecutionRequest.python("print('hello')").build());
      runtime.openWorkspace(result.workspace()).delete();
      runtime.close();
      assertEquals("hello\n", result.stdout().text(), result::toString);
      assertEquals("attached", result.isolation().channel());
    } finally {
      System.clearProperty("DOCKER_TLS_VERIFY");
      System.clearProperty("DOCKER_CERT_PATH");
    }
  }
}
