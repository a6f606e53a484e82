package io.isoruntime.docs.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Artifact;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("host")
class WorkspaceTest {
  @TempDir Path root;

  @Test
  void files() throws IOException {
    Path sales = Files.writeString(root.resolve("2024.csv"), "amount\n12\n30\n");
    try (Runtime runtime = Sandboxes.builder(root).build()) {
      // begin files
      Workspace workspace = runtime.openWorkspace();
      workspace.put("sales.csv", sales);

      ExecutionResult result =
          runtime.execute(
              ExecutionRequest.python(
                      """
                      amounts = [int(line) for line in open("sales.csv").readlines()[1:]]
                      with open("total.txt", "w") as file:
                          file.write(str(sum(amounts)))
                      """)
                  .in(workspace)
                  .build());

      for (Artifact artifact : result.artifacts()) {
        artifact.path(); // "total.txt"
        Files.readString(artifact.file()); // "42"
      }
      // end files
      assertTrue(result.isCompleted());
      assertEquals("42", Files.readString(result.artifacts().get(0).file()));

      // begin second
      ExecutionResult second =
          runtime.execute(
              ExecutionRequest.python("print(open('total.txt').read())").in(workspace).build());

      second.stdout().text(); // "42\n"
      workspace.delete(); // or close(), which keeps the files
      // end second
      assertEquals("42\n", second.stdout().text());
    }
  }
}
