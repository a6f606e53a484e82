package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whichever interpreter is chosen, programs find its packages. */
class InterpretersTest {
  /** Beneath /tmp, which a sandbox has of its own: the hardest place for an interpreter. */
  @TempDir Path directory;

  private static String stdout(String interpreter, String program) {
    try (Runtime runtime = SubprocessRuntime.builder().interpreter(interpreter).build();
        Workspace workspace = runtime.openWorkspace()) {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(program).in(workspace).build());
      assertTrue(result.isCompleted(), () -> result + result.stderr().text());
      workspace.delete();
      return result.stdout().text();
    }
  }

  @Test
  void aVirtualEnvironmentHasItsPackagesInProgramsAndTheirChildren() throws Exception {
    Process venv =
        new ProcessBuilder("/usr/bin/python3", "-m", "venv", "--without-pip", directory.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(venv.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, venv.waitFor(), said);
    Path site;
    try (var tree = Files.walk(directory)) {
      site = tree.filter(path -> path.endsWith("site-packages")).findFirst().orElseThrow();
    }
    Files.writeString(site.resolve("only_here.py"), "ANSWER = 42\n");
    assertEquals(
        "42\n42\n",
        stdout(
            directory.resolve("bin/python3").toString(),
            """
            import only_here, subprocess, sys
            print(only_here.ANSWER)
            child = "import only_here; print(only_here.ANSWER)"
            print(subprocess.run([sys.executable, "-c", child], capture_output=True, text=True).stdout, end="")
            """));
  }

  @Test
  void aVersionManagersShimLeadsToTheRealOne() throws Exception {
    Path shim = directory.resolve("python3");
    Files.writeString(shim, "#!/bin/sh\nexec /usr/bin/python3 \"$@\"\n");
    Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertTrue(
        stdout(shim.toString(), "import sys; print(sys.executable)")
            .startsWith("/usr/bin/python3"));
  }
}
