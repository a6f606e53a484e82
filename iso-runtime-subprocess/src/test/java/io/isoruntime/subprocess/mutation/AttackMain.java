package io.isoruntime.subprocess.mutation;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import io.isoruntime.conformance.CaseReport;
import io.isoruntime.conformance.Conformance;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.subprocess.SubprocessAttackTest;
import io.isoruntime.subprocess.SubprocessRuntime;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Tries cases in a JVM of its own, since what it runs is decided by its class path: a line with id,
 * verdict and evidence of each. Without any case it runs a harmless program and requires every
 * control: a line with the outcome.
 */
final class AttackMain {
  private AttackMain() {}

  public static void main(String[] ids) {
    if (ids.length == 0) {
      harmless(Path.of(System.getProperty("java.io.tmpdir")));
    } else {
      attacks(Arrays.asList(ids));
    }
    System.exit(0);
  }

  private static void harmless(Path root) {
    try (Runtime runtime = SubprocessRuntime.builder().workspaceRoot(root).build()) {
      Workspace workspace = runtime.openWorkspace();
      System.out.println(
          runtime.execute(ExecutionRequest.python("print('ran')").in(workspace).build()).outcome());
      workspace.delete();
    }
  }

  private static void attacks(List<String> ids) {
    try (Conformance conformance = Conformance.of(new SubprocessAttackTest())) {
      for (String id : ids) {
        CaseReport report = conformance.examine(Corpus.of(id).orElseThrow());
        System.out.println(
            id
                + " "
                + report.verdict()
                + " "
                + report.finding().evidence().replace('\n', ' ')
                + " ("
                + report.took().toMillis()
                + " ms)");
      }
    }
  }
}
