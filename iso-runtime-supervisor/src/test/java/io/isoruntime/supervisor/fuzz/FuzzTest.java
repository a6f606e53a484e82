package io.isoruntime.supervisor.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every target is given the inputs in {@code src/test/resources/…/<target>Inputs}: what is typical,
 * and what was found. Then Jazzer looks for more, guided by coverage, in a JVM of its own: a number
 * of times that takes about ten seconds, or for as long as {@code -Diso.fuzz.seconds} says.
 */
class FuzzTest {
  private static final Pattern EXECUTED =
      Pattern.compile("stat::number_of_executed_units: ([0-9]+)");
  private static final Pattern COVERED = Pattern.compile("DONE +cov: ([0-9]+)");
  private static final long SECONDS =
      Long.getLong("iso.fuzz.seconds", Boolean.getBoolean("iso.soak") ? 240 : 0);
  private static final long PATIENCE = 600;

  /**
   * By the number of inputs that are tried, so that a busy machine takes longer and does no less.
   */
  private static final Map<String, Integer> TARGETS =
      Map.of(
          "io.isoruntime.supervisor.channel.FrameReaderFuzz", 50_000,
          "io.isoruntime.supervisor.json.JsonFuzz", 100_000,
          "io.isoruntime.supervisor.tools.ToolCallFuzz", 80_000,
          "io.isoruntime.supervisor.ReportsFuzz", 60_000,
          "io.isoruntime.supervisor.workspace.ArtifactReceiverFuzz", 3_000);

  static Stream<String> targets() {
    return TARGETS.keySet().stream().sorted();
  }

  @TestFactory
  Stream<DynamicTest> holdsForEveryInputThatWasKept() {
    return targets().flatMap(FuzzTest::replays);
  }

  private static Stream<DynamicTest> replays(String target) {
    List<Path> inputs = inputs(target);
    assertFalse(inputs.isEmpty(), target);
    return inputs.stream()
        .map(
            input ->
                DynamicTest.dynamicTest(
                    target + " " + input.getFileName(),
                    () -> {
                      byte[] data = Files.readAllBytes(input);
                      MethodHandles.lookup()
                          .findStatic(
                              Class.forName(target),
                              "fuzzerTestOneInput",
                              MethodType.methodType(void.class, byte[].class))
                          .invoke(data);
                    }));
  }

  private static List<Path> inputs(String target) {
    try (Stream<Path> files = Files.list(kept(target))) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path kept(String target) {
    return Path.of("src/test/resources", target.replace('.', '/') + "Inputs");
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Tag("long")
  void findsNothingNew(String target) throws Exception {
    Path directory = Path.of("target/fuzz", target);
    Path found = Files.createDirectories(directory.resolve("found"));
    Path corpus = Files.createDirectories(directory.resolve("corpus"));
    Path log = directory.resolve("log");
    List<String> command = new ArrayList<>(jvm(directory));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target);
    command.add(
        "--instrumentation_includes=io.isoruntime.supervisor.**:com.fasterxml.jackson.core.**");
    command.add("--custom_hook_includes=io.isoruntime.supervisor.**");
    command.add("--reproducer_path=" + found);
    command.add("-artifact_prefix=" + found + "/");
    command.add(SECONDS > 0 ? "-max_total_time=" + SECONDS : "-runs=" + TARGETS.get(target));
    command.add("-timeout=300");
    command.add("-report_slow_units=300");
    command.add("-print_final_stats=1");
    Path dictionary = Path.of("src/test/resources", target.replace('.', '/') + ".dict");
    if (Files.exists(dictionary)) {
      command.add("-dict=" + dictionary);
    }
    command.add(corpus.toString());
    command.add(kept(target).toString());
    Process fuzzer =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = fuzzer.waitFor(SECONDS + PATIENCE, TimeUnit.SECONDS);
    fuzzer.destroyForcibly();
    String said = Files.readString(log, StandardCharsets.ISO_8859_1);
    String end = log + " ends:\n" + said.substring(Math.max(0, said.length() - 4_000));
    assertTrue(ended, end);
    assertEquals(0, fuzzer.exitValue(), "Mend it, and keep its input, which is in " + found + end);
    // That it really fuzzed, and saw the branches that it took.
    long least = SECONDS > 0 ? 2L * inputs(target).size() : TARGETS.get(target);
    assertTrue(count(EXECUTED, said) >= least, end);
    assertTrue(count(COVERED, said) > 50, end);
  }

  private static List<String> jvm(Path directory) throws IOException {
    Path temporary = Files.createDirectories(directory.resolve("tmp"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-Djava.io.tmpdir=" + temporary.toAbsolutePath());
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.add("-XX:+EnableDynamicAgentLoading");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    return command;
  }

  private static long count(Pattern statistic, String said) {
    Matcher matcher = statistic.matcher(said);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
