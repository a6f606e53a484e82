package io.isoruntime.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Mount;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import io.isoruntime.docker.DockerRuntime;
import io.isoruntime.docs.samples.DeployedService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log has what docs/operations.md greps in it, and the report what docs/security.md says. */
@Tag("host")
@Tag("once")
class VerificationTest {
  @TempDir static Path root;

  private static final Map<String, ExecutionResult> RESULTS = new HashMap<>();
  private static String log = "";

  /** No arguments. */
  public record Nothing() {}

  @BeforeAll
  static void runEverywhere() throws Exception {
    RealEngine.require();
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path data = Files.createDirectory(root.resolve("data"));
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(data, "/mnt/data")).build();
    log =
        Log.of(
                () -> {
                  run("Docker, runc", DockerRuntime.builder().profile(profile));
                  run(
                      "Docker, gVisor",
                      DockerRuntime.builder()
                          .ociRuntime("runsc")
                          .allowDegraded(Control.MEMORY, Control.PIDS, Control.CPU));
                })
            + DeployedImage.run(
                    List.of(DeployedImage.MOUNTED, "--volume=" + data + ":/exec-workspace"),
                    DeployedImage.java(DeployedService.class))
                .err();
  }

  private static void run(String place, DockerRuntime.Builder builder) {
    Tool<Nothing, String> hello = Tool.of("hello", Nothing.class, String.class, nothing -> "hello");
    try (Runtime runtime = builder.workspaceRoot(root).build()) {
      RESULTS.put(
          place,
          runtime.execute(
              ExecutionRequest.python("from tools import hello\nprint(hello())")
                  .tools(ToolRegistry.of(hello))
                  .build()));
    }
  }

  @Test
  void everyQuotedLineIsLogged() throws Exception {
    List<Pattern> lines = new OperationsPage().logLines();
    assertTrue(lines.size() > 8, () -> "only " + lines);
    assertEquals(
        List.of(),
        lines.stream()
            .filter(line -> log.lines().noneMatch(it -> line.matcher(afterTheName(it)).matches()))
            .toList(),
        () -> log);
  }

  /** slf4j-simple's lines are {@code [thread] LEVEL name - message}. */
  private static String afterTheName(String line) {
    return line.replaceFirst("^\\[[^]]*\\] [A-Z]+ \\S+ - ", "");
  }

  @Test
  void everyGrepFindsSomething() throws Exception {
    List<String> greps = new OperationsPage().greps();
    assertTrue(greps.size() > 5, () -> "only " + greps);
    assertEquals(
        List.of(),
        greps.stream()
            .filter(wanted -> log.lines().noneMatch(Pattern.compile(wanted).asPredicate()))
            .toList(),
        () -> log);
  }

  @Test
  void theTableOfControlsIsWhatReportsSay() throws Exception {
    Map<String, Map<String, String>> table = controls();
    for (Map.Entry<String, ExecutionResult> ran : RESULTS.entrySet()) {
      Map<String, String> told = new TreeMap<>();
      Map<String, String> found = new TreeMap<>();
      for (IsolationReport.Reading reading : ran.getValue().isolation().controls()) {
        String label = reading.control().label();
        told.put(
            label, table.get(label).get(ran.getKey()).startsWith("yes") ? "ENFORCED" : "WAIVED");
        found.put(label, reading.state().name());
      }
      assertEquals(told, found, ran.getKey());
    }
    assertEquals(2, RESULTS.size());
  }

  /** For each control the cells of its row, by the heading of their column. */
  private static Map<String, Map<String, String>> controls() throws Exception {
    String page = Files.readString(OperationsPage.ROOT.resolve("docs/security.md"));
    Matcher head = Pattern.compile("(?m)^\\| (control \\|.*) \\|$").matcher(page);
    assertTrue(head.find());
    String[] headings = head.group(1).split(" \\| ");
    Map<String, Map<String, String>> rows = new HashMap<>();
    Matcher row = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (.*) \\|$").matcher(page);
    while (row.find()) {
      String[] cells = row.group(2).split(" \\| ");
      Map<String, String> cellsByHeading = new HashMap<>();
      for (int i = 0; i < cells.length; i++) {
        cellsByHeading.put(headings[i + 1], cells[i]);
      }
      rows.put(row.group(1), cellsByHeading);
    }
    return rows;
  }
}
