package io.isoruntime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Settings;
import io.isoruntime.docker.DockerChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is typed wrong is told before anything is made. */
class UsageTest {
  private final List<RuntimeSpec> opened = new ArrayList<>();

  private Iso.Ran iso(String... arguments) {
    return Iso.command(
        spec -> {
          opened.add(spec);
          throw new Problem(ErrorCode.INTERPRETER_UNUSABLE, "No.", "No.", "No.").toException();
        },
        "pass",
        arguments);
  }

  private void assertRefused(String reason, String... arguments) {
    Iso.Ran ran = iso(arguments);
    assertEquals(2, ran.status(), ran.err());
    assertEquals("", ran.out());
    assertTrue(ran.err().contains(reason), ran.err());
    assertTrue(ran.err().contains("--help' for more."), ran.err());
    assertEquals(List.of(), opened);
  }

  private RuntimeSpec opens(String... options) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(List.of(options));
    arguments.add("-");
    Iso.Ran ran = iso(arguments.toArray(String[]::new));
    assertEquals(4, ran.status(), ran.err());
    return opened.get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "--memory | 5x | Invalid value for option '--memory': '5x' is not a size.",
        "--memory | 1k | Invalid value for option '--memory': memoryBytes must be from",
        "--storage | 300m | Invalid value for option '--storage': storageBytes (314572800) must be",
        "--storage | 10 | Invalid value for option '--storage': storageBytes must be from",
        "--pids | 3 | Invalid value for option '--pids': processes must be from 4 to 100000",
        "--pids | many | Invalid value for option '--pids': 'many' is not an int",
        "--cpus | 0 | Invalid value for option '--cpus': cpus must be from 0.01 to 1024",
        "--cpus | NaN | Invalid value for option '--cpus': cpus must be",
        "--preload | a-b | Invalid value for option '--preload': Not the name of a Python module",
        "--timeout | soon | Invalid value for option '--timeout': 'soon' is not a duration.",
        "--timeout | 0 | Invalid value for option '--timeout': wallTime must be from",
        "--cpu-time | 8d | Invalid value for option '--cpu-time': cpuTime must be from",
        "--max-output | 1 | Invalid value for option '--max-output': outputBytes must be from",
        "--runtime | podman | there is no back-end 'podman'. Use one of: subprocess, docker.",
        "--image | x | Invalid option '--image': --runtime subprocess has no use for it.",
        "--oci-runtime | runsc | Leave it out, or say --runtime docker.",
        "--channel | auto | Invalid option '--channel': --runtime subprocess has no use for it.",
        "--channel | tcp | there is no channel 'tcp'. Use one of: auto, socket, attached.",
        "--tools | Nowhere | Invalid value for option '--tools': Nowhere: there is no such provider",
        "--input | /absent | Invalid value for option '--input': /absent: no such file.",
        "--workspace | /dev/null | Invalid value for option '--workspace': '/dev/null' is no directory.",
        "--workspace | `` | Invalid value for option '--workspace': '' is no directory.",
        "--allow-degraded | seccomp | 'seccomp' is never optional. These can be waived: memory, pids,",
        "--allow-degraded | memory,x | no control 'x'. These can be waived: memory, pids, cpu, distinct-uid"
      })
  void namesTheFlagThatIsWrong(String flag, String value, String reason) {
    assertRefused(reason, "run", flag, value, "-");
  }

  @Test
  void namesAProgramThatCannotBeRead() {
    assertRefused("/absent.py: no such file.", "run", "/absent.py");
    assertRefused("/tmp is a directory.", "run", "--json", "/tmp");
  }

  @Test
  void showsNamesThatCouldForgeALineAsEscapes() {
    assertRefused("/absent\\x1b[2J.py: no such file.", "run", "/absent\033[2J.py");
  }

  @Test
  void wantsASubcommandThatExistsAndItsProgram() {
    assertRefused("iso: Missing required subcommand", new String[0]);
    assertRefused("iso: Unmatched argument at index 0: 'fly'", "fly");
    assertRefused("iso run: Missing required parameter: 'FILE.py|-'", "run");
    assertRefused("iso run: Unmatched argument at index 2: 'b.py'", "run", "a.py", "b.py");
    assertRefused(
        "iso run: Unknown option: '--memry'\nPossible solutions: --memory", "run", "--memry", "-");
    assertRefused("iso doctor: Unmatched argument at index 1: 'x'", "doctor", "x");
  }

  @Test
  void whatOnlyAnotherBackEndKnowsIsWrong() {
    for (String command : List.of("run", "doctor")) {
      assertRefused(
          "Invalid option '--python': --runtime docker has no use for it. Leave it out, or say"
              + " --runtime subprocess.",
          command,
          "--runtime=docker",
          "--python=python3",
          command.equals("run") ? "-" : "--json");
    }
    assertRefused("'--oci-runtime': --runtime subprocess", "doctor", "--oci-runtime=runsc");
  }

  @Test
  void anEmptyNameIsNone() {
    assertRefused("option '--image': '' is no name.", "run", "--runtime=docker", "--image=", "-");
    assertRefused(
        "option '--oci-runtime': ' ' is no name.", "doctor", "--runtime=docker", "--oci-runtime= ");
  }

  @Test
  void optionsReachTheEngine() {
    assertEquals(
        new RuntimeSpec(
            new Target.Docker("mine:1", Optional.of("runsc"), DockerChannel.UNIX_SOCKET),
            SandboxProfile.builder().processes(8).build(),
            Set.of(Control.PIDS)),
        opens(
            "--runtime=docker",
            "--image=mine:1",
            "--oci-runtime=runsc",
            "--channel=socket",
            "--pids=8",
            "--allow-degraded=pids"));
  }

  @Test
  void withoutOptionsTheEngineIsAskedForTheDeploymentsImage() {
    assertEquals(
        new RuntimeSpec(
            new Target.Docker(
                Settings.fromEnvironment().image(), Optional.empty(), DockerChannel.AUTO),
            SandboxProfile.defaults(),
            Set.of()),
        opens("--runtime=docker"));
  }

  @Test
  void withoutOptionsTheDefaultsAreTheApis() {
    assertEquals(
        new RuntimeSpec(new Target.Subprocess("python3"), SandboxProfile.defaults(), Set.of()),
        opens());
  }

  @Test
  void optionsReachTheRuntime() {
    assertEquals(
        new RuntimeSpec(
            new Target.Subprocess("/opt/python"),
            SandboxProfile.builder()
                .memoryBytes(1L << 30)
                .storageBytes(300 << 20)
                .processes(8)
                .cpus(0.5)
                .preloads("numpy", "pandas.io", "json")
                .build(),
            Set.of(Control.MEMORY, Control.DISTINCT_UID, Control.CPU)),
        opens(
            "--runtime=subprocess",
            "--python=/opt/python",
            "--memory=1g",
            "--storage=300m",
            "--pids=8",
            "--cpus=0.5",
            "--preload=numpy,pandas.io",
            "--preload=json",
            "--allow-degraded=memory,distinct-uid",
            "--allow-degraded=cpu"));
  }

  @Test
  void lessMemoryMeansLessStorageUnlessItIsNamed() {
    assertEquals(32 << 20, opens("--memory=64m").profile().storageBytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "doctor"})
  void helpHasExamplesDefaultsAndExitStatuses(String command) {
    Iso.Ran ran = iso(command, "--help");
    assertEquals(0, ran.status());
    assertEquals("", ran.err());
    assertTrue(ran.out().contains("Examples:\n  iso " + command), ran.out());
    assertTrue(ran.out().contains("Exit status:\n  0   "), ran.out());
    assertTrue(ran.out().contains("(default: subprocess)"), ran.out());
    assertFalse(ran.out().contains("DEFAULT-VALUE"), ran.out());
    assertFalse(ran.out().contains("COMPLETION"), ran.out());
  }

  @Test
  void helpOfTheWholeNamesTheCommands() {
    Iso.Ran ran = iso("--help");
    assertTrue(ran.out().contains("  run            Runs a Python program"), ran.out());
    assertTrue(ran.out().contains("  doctor         Tells whether this host is ready"), ran.out());
    assertTrue(iso("--version").out().startsWith("iso "));
  }
}
