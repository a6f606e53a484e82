package io.isoruntime.subprocess.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * Without any one protection at least one case fails, and without what it names nothing runs: so
 * the cases are no formality. As root, where every protection is in force.
 */
@EnabledIf("mayMakeNamespacesOrMust")
@Tag("long")
class MutationTest {
  private static final Path MUTANTS =
      Path.of(System.getProperty("iso.root"), "iso-runtime-subprocess/src/test/mutants");

  /** A JVM for each; what they do is mostly waiting. */
  private static final ExecutorService JVMS = Executors.newFixedThreadPool(3);

  @TempDir static Path directory;

  static boolean mayMakeNamespacesOrMust() {
    return "root".equals(System.getProperty("user.name"))
        || "1".equals(System.getenv("ISO_MUST_WORK"));
  }

  @AfterAll
  static void stop() {
    JVMS.shutdownNow();
  }

  @TestFactory
  Stream<DynamicTest> aRemovedProtectionIsNoticed() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    List<Mutant> mutants = Mutant.all(MUTANTS);
    List<String> named =
        List.copyOf(
            new TreeSet<>(mutants.stream().flatMap(m -> m.cases().keySet().stream()).toList()));
    Future<Map<String, String>> unchanged = inAJvm(() -> attack(List.of(), named));
    tests.add(
        dynamicTest(
            "unchanged: held",
            () ->
                unchanged
                    .get()
                    .forEach((id, line) -> assertTrue(line.startsWith(id + " HELD "), line))));
    for (Mutant mutant : mutants) {
      Future<Map<String, String>> verdicts = inAJvm(() -> attack(mutant));
      tests.add(dynamicTest(mutant + ": noticed", () -> requireNoticed(mutant, verdicts.get())));
      if (!mutant.attesting().isEmpty()) {
        Future<List<String>> harmless = inAJvm(() -> runWithout(mutant));
        tests.add(dynamicTest(mutant + ": refused", () -> requireRefused(harmless.get())));
      }
    }
    return tests.stream();
  }

  private static <T> Future<T> inAJvm(Callable<T> task) {
    return JVMS.submit(task);
  }

  private static Map<String, String> attack(Mutant mutant) throws Exception {
    Path classes = Files.createDirectory(directory.resolve(mutant.name()));
    MutatedClasses.make(mutant.edits(), classes, SecondJvm.classPath());
    return attack(List.of(classes), List.copyOf(mutant.cases().keySet()));
  }

  /** A line for each case, by its id. */
  private static Map<String, String> attack(List<Path> first, List<String> ids) throws Exception {
    List<String> lines = SecondJvm.run(first, ids);
    Map<String, String> byId = new HashMap<>();
    for (String line : lines) {
      ids.stream().filter(id -> line.startsWith(id + " ")).forEach(id -> byId.put(id, line));
    }
    assertEquals(new TreeSet<>(ids), new TreeSet<>(byId.keySet()), () -> String.join("\n", lines));
    return byId;
  }

  /** With what attests it intact, and so without its protection alone. */
  private static List<String> runWithout(Mutant mutant) throws Exception {
    Path classes = Files.createDirectory(directory.resolve(mutant.name() + "-attested"));
    MutatedClasses.make(mutant.protecting(), classes, SecondJvm.classPath());
    return SecondJvm.run(List.of(classes), List.of());
  }

  private static void requireNoticed(Mutant mutant, Map<String, String> verdicts) {
    System.out.println("without " + mutant.protection() + ":");
    verdicts.values().forEach(line -> System.out.println("  " + line));
    assertFalse(mutant.cases().isEmpty(), "it names no case");
    mutant
        .cases()
        .forEach(
            (id, evidence) -> {
              String line = verdicts.get(id);
              assertTrue(
                  line.startsWith(id + " FAILED ")
                      && Pattern.compile(evidence).matcher(line).find(),
                  () -> "not noticed as '" + evidence + "': " + line);
            });
  }

  private static void requireRefused(List<String> lines) {
    String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    assertTrue(last.startsWith("Refused["), () -> String.join("\n", lines));
  }
}
