package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.Control;
import io.isoruntime.docker.EngineDiagnosis;
import io.isoruntime.supervisor.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command on a real engine. */
@Timeout(300)
@Tag("host")
class DockerCommandTest {
  private static final String IMAGE =
      Optional.ofNullable(System.getenv("ISO_TEST_IMAGE")).orElse("py-code-exec:latest");
  private static final Path WEATHER =
      Path.of(System.getProperty("iso.root", ".."), "examples", "weather");

  @TempDir Path directory;

  /** Skips the test where no engine is wanted; where one must be there, it is used. */
  @BeforeEach
  void requireEngine() {
    if (System.getenv("ISO_MUST_WORK") == null) {
      assumeTrue(System.getenv("ISO_NO_DOCKER") == null, "no engine is wanted here");
      assumeTrue(
          System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock")),
          "no engine is here");
    }
  }

  private static JsonNode parse(Iso.Ran ran) throws IOException {
    assertTrue(ran.out().endsWith("}\n"), ran.toString());
    return Json.parse(ran.out().getBytes(StandardCharsets.UTF_8));
  }

  private String workspace(String name) {
    return "--workspace=" + directory.resolve(name);
  }

  private Iso.Ran run(String program, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("run", "--runtime=docker", "--image=" + IMAGE, workspace("workspace")));
    all.addAll(List.of(options));
    all.add("-");
    return Iso.command(RuntimeSpec::open, program, all.toArray(String[]::new));
  }

  /**
   * The doctor's findings, and its status that follows from them. A JVM that another test kills
   * meanwhile may have left a container: that is not this test's.
   */
  private static JsonNode doctor(List<String> failing, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("doctor", "--runtime=docker", "--json"));
    all.addAll(List.of(options));
    Iso.Ran ran = Iso.command(RuntimeSpec::open, "", all.toArray(String[]::new));
    JsonNode json = parse(ran);
    assertEquals("docker", json.get("runtime").textValue());
    List<String> failed = Rows.failed(json);
    assertEquals(failed.isEmpty() ? 0 : 1, ran.status(), ran.toString());
    assertEquals(
        failing, failed.stream().filter(row -> !row.equals("orphans")).toList(), ran.toString());
    return json;
  }

  @Test
  void theExampleGivesTheSameInAContainerAsInNamespaces() throws Exception {
    JsonNode inNamespaces;
    JsonNode inContainer;
    try (var tools = ExampleTools.weather(directory)) {
      inNamespaces = weather("subprocess");
      inContainer = weather("docker", "--image=" + IMAGE);
      assertEquals("io.isoruntime.examples.WeatherTools", tools.provider());
    }

    assertEquals("completed", inContainer.get("status").textValue(), inContainer.toString());
    assertEquals(1461, inContainer.at("/result/days").intValue());
    assertEquals(2, inContainer.get("artifacts").size());
    assertEquals(5, inContainer.get("toolCalls").size());
    assertEquals(withoutAccidents(inNamespaces), withoutAccidents(inContainer));
    assertEquals("docker", inContainer.at("/isolation/backend").textValue());
  }

  private JsonNode weather(String runtime, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--json", "--runtime=" + runtime, workspace(runtime)));
    arguments.addAll(List.of(options));
    arguments.add("--tools=io.isoruntime.examples.WeatherTools");
    arguments.add("--input=" + WEATHER.resolve("seattle-weather.csv"));
    if (!Iso.isRoot() && runtime.equals("subprocess")) {
      arguments.addAll(List.of(Iso.runArguments()).subList(1, 3));
    }
    arguments.add(WEATHER.resolve("analysis.py").toString());
    return parse(Iso.command(RuntimeSpec::open, "", arguments.toArray(String[]::new)));
  }

  /** Ids, times, places and evidence: what may differ from run to run. */
  private static JsonNode withoutAccidents(JsonNode result) {
    ObjectNode copy = result.deepCopy();
    copy.remove(List.of("id", "usage", "isolation", "workspace"));
    ((ObjectNode) copy.get("ledger")).remove("head"); // of times and the execution's id
    List<JsonNode> calls = new ArrayList<>();
    copy.get("toolCalls").forEach(call -> calls.add(((ObjectNode) call).without("micros")));
    calls.sort(Comparator.comparingLong(call -> call.get("id").longValue()));
    ArrayNode sorted = copy.putArray("toolCalls");
    calls.forEach(sorted::add);
    return copy;
  }

  @Test
  void everyControlIsInForceWithoutAWaiver() throws Exception {
    JsonNode json = parse(run("pass", "--json"));
    assertEquals("completed", json.get("status").textValue(), json.toString());
    List<String> enforced = new ArrayList<>();
    for (JsonNode control : json.at("/isolation/controls")) {
      if (control.get("state").textValue().equals("enforced")) {
        enforced.add(control.get("control").textValue());
      }
    }
    assertEquals(
        Arrays.stream(Control.values()).map(Control::label).sorted().toList(),
        enforced.stream().sorted().toList(),
        json.toString());
  }

  @Test
  void takesTheChannelThatIsAskedFor() throws Exception {
    for (String[] channel : new String[][] {{"attached", "attached"}, {"socket", "unix-socket"}}) {
      JsonNode json = parse(run("pass", "--json", "--channel=" + channel[0]));
      assertEquals(channel[1], json.at("/isolation/channel").textValue(), json.toString());
      assertEquals("completed", json.get("status").textValue());
    }
  }

  @Test
  void underGvisorItSaysWhatIsNotLimitedUnlessThatIsWaived() throws Exception {
    JsonNode refused = parse(run("pass", "--json", "--oci-runtime=runsc"));
    assertEquals("refused", refused.get("status").textValue(), refused.toString());
    assertEquals("ISO-ISOLATION-INCOMPLETE", refused.at("/error/code").textValue());
    Iso.Ran waived = run("print(6 * 7)", "--oci-runtime=runsc", "--allow-degraded=memory,pids,cpu");
    assertEquals("42\n", waived.out(), waived.err());
    assertTrue(waived.err().contains(" · without memory, pids, cpu"), waived.err());
  }

  @Test
  void namesAnImageThatIsMissing() throws Exception {
    Iso.Ran ran =
        Iso.command(
            RuntimeSpec::open,
            "pass",
            "run",
            "--json",
            "--runtime=docker",
            "--image=none-of-that-name:1",
            workspace("workspace"),
            "-");
    assertEquals(4, ran.status(), ran.toString());
    JsonNode json = parse(ran);
    assertEquals("infrastructure_failed", json.get("status").textValue());
    assertEquals("ISO-IMAGE-MISSING", json.at("/error/code").textValue());
    assertTrue(
        json.at("/error/remedy").textValue().contains("build/image.sh --tag none-of-that-name:1"),
        ran.out());
  }

  @Test
  void theLogTellsWhatAnOperatorGrepsFor() throws Exception {
    Iso.Ran ran =
        Iso.process(
            Map.of(),
            "pass",
            "run",
            "-v",
            "--json",
            "--runtime=docker",
            "--image=" + IMAGE,
            "--channel=socket",
            workspace("workspace"),
            "-");
    assertEquals(0, ran.status(), ran.toString());
    String id = parse(ran).get("id").textValue();
    assertTrue(
        ran.err()
            .matches(
                "(?s).*\\[INFO] [A-Za-z]+ - execution "
                    + id
                    + ": container [0-9a-f]{12} \\(iso-executor-[0-9]+\\), executor uid [0-9]+,"
                    + " channel unix-socket\n.*"),
        ran.err());
    assertTrue(ran.err().contains(", on the engine's host /"), ran.err());
    assertTrue(ran.err().contains("image " + IMAGE), ran.err());
  }

  /** The launch's secret passes through the client, whose wire log would show it. */
  @Test
  void theLogInDetailHasNothingOfTheClientsWire() throws Exception {
    Iso.Ran ran =
        Iso.process(
            Map.of(),
            "pass",
            "run",
            "-vv",
            "--runtime=docker",
            "--image=" + IMAGE,
            "--channel=attached",
            workspace("workspace"),
            "-");
    assertEquals(0, ran.status(), ran.toString());
    assertTrue(ran.err().contains("[INFO] DockerBackend - "), ran.err());
    assertFalse(
        ran.err().matches("(?s).*\\] (wire|headers|ApacheDockerHttp\\w+|\\w+Cmd\\w*) - .*"));
    assertFalse(ran.err().contains("http-outgoing"), ran.err());
  }

  @Test
  void noSecretOfTheServiceIsAnywhereInTheSandbox() throws Exception {
    String canary = UUID.randomUUID().toString();
    Map<String, String> environment =
        Map.of("AWS_SECRET_ACCESS_KEY", canary, "GITHUB_TOKEN", canary, "NO_PROXY", canary);
    Iso.Ran ran =
        Iso.process(
            environment,
            """
            import glob, os
            print(dict(os.environ))
            for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
                try:
                    print(path, open(path, "rb").read())
                except OSError as error:
                    print(path, error)
            """,
            "run",
            "--runtime=docker",
            "--image=" + IMAGE,
            workspace("workspace"),
            "-");
    assertEquals(0, ran.status(), ran.toString());
    assertTrue(ran.out().contains("OUTPUT_DIR") && ran.out().contains("/environ"), ran.out());
    assertFalse(ran.out().contains(canary), ran.out());

    Iso.Ran doctor =
        Iso.process(environment, "", "doctor", "--runtime=docker", "--image=" + IMAGE, "--json");
    JsonNode row = Rows.named("isolation.credentials", parse(doctor));
    assertEquals("pass", row.get("status").textValue(), row.toString());
    assertTrue(row.get("detail").textValue().contains("OUTPUT_DIR"), row.toString());
  }

  @Test
  void aSignalCancelsTheRunAndLeavesNoContainer() throws Exception {
    List<String> command = new ArrayList<>(Iso.jvm());
    command.addAll(
        List.of("run", "--runtime=docker", "--image=" + IMAGE, workspace("workspace"), "-"));
    Process process = new ProcessBuilder(command).start();
    try (var in = process.getOutputStream()) {
      in.write(
          "import time\nprint('ready', flush=True)\ntime.sleep(60)\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
    assertEquals("ready", reader.readLine());
    assertEquals(1, EngineDiagnosis.containersOf(process.pid()).size());
    process.toHandle().destroy();
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(3, process.exitValue(), errors);
    assertTrue(errors.startsWith("✗ cancelled after "), errors);
    assertEquals(Set.of(), EngineDiagnosis.containersOf(process.pid()));
  }

  @Test
  void theDoctorFindsThisEngineReady() throws Exception {
    JsonNode json = doctor(List.of(), "--image=" + IMAGE);
    List<String> names = Rows.of(json).stream().map(row -> row.get("name").textValue()).toList();
    assertTrue(
        names.containsAll(
            List.of(
                "engine",
                "engine-version",
                "engine-limits",
                "engine-seccomp",
                "engine-user-namespaces",
                "engine-clock",
                "engine-disk",
                "oci-runtime",
                "image",
                "image-protocol",
                "path-translation",
                "workspace-root",
                "channel",
                "interpreter",
                "trial",
                "isolation.memory",
                "isolation.credentials",
                "orphans")),
        names.toString());
  }

  @Test
  void theDoctorNamesAMissingImageAndOciRuntime() throws Exception {
    JsonNode image = doctor(List.of("image", "trial"), "--image=none-of-that-name:1");
    assertTrue(
        Rows.named("image", image).get("remedy").textValue().contains("--tag none-of-that-name:1"),
        image.toString());
    doctor(List.of("oci-runtime", "trial"), "--image=" + IMAGE, "--oci-runtime=none");
  }

  @Test
  void theDoctorNamesAnImageWithoutInit() throws Exception {
    String other =
        Optional.ofNullable(System.getenv("ISO_TEST_DIND_IMAGE")).orElse("iso-dind-host:latest");
    doctor(List.of("image-protocol", "trial"), "--image=" + other);
  }

  @Test
  void theDoctorSaysWhyGvisorSharesNoSocketAndLimitsNothing() throws Exception {
    JsonNode json =
        doctor(
            List.of("isolation.memory", "isolation.pids", "isolation.cpu"),
            "--image=" + IMAGE,
            "--oci-runtime=runsc");
    assertTrue(
        Rows.named("isolation.pids", json).get("remedy").textValue().contains("--ignore-cgroups"),
        json.toString());
    assertTrue(
        Rows.named("channel", json)
            .get("detail")
            .textValue()
            .startsWith(
                "attached, which works everywhere. No sandbox can reach a Unix socket of this"
                    + " process: "),
        json.toString());
  }
}
