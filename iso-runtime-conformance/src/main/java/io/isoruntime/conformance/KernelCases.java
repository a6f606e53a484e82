package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Mount;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What a program asks of the kernel. */
final class KernelCases {
  private static final Path ID = Path.of("/usr/bin/id");

  private KernelCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("K3", "inherited descriptors", "0, 1, 2 and the two tool pipes, nothing else")
            .proves(Control.DESCRIPTORS)
            .trial(
                stage ->
                    stage.attack(
                        Attack.of("kernel/k03_descriptors.py").shownIn(Unprotected.HOLDING))),
        Case.of("K11", "io_uring", "denied by the filter")
            .proves(Control.SECCOMP)
            .program("kernel/k11_io_uring.py"),
        Case.of(
                "K12",
                "namespaces by unshare, setns, clone and clone3",
                "denied by the filter, while threads and subprocesses work")
            .proves(Control.SECCOMP, Control.CAPABILITIES)
            .trial(stage -> stage.attack(inNamespaces("kernel/k12_namespaces.py"))),
        Case.of("K13", "mounts, the new mount calls, another root", "denied by the filter")
            .proves(Control.SECCOMP, Control.FILE_SYSTEM)
            .program("kernel/k13_mounts.py"),
        Case.of("K14", "programs with the setuid bit", "the bit does not count")
            .proves(Control.NO_NEW_PRIVILEGES, Control.FILE_SYSTEM)
            .trial(KernelCases::setuid),
        Case.of("K15", "kernel keyrings", "denied by the filter")
            .proves(Control.SECCOMP)
            .program("kernel/k15_keys.py"),
        Case.of("K16", "bpf, perf events, userfaultfd, secret memory", "denied by the filter")
            .proves(Control.SECCOMP)
            .program("kernel/k16_kernel_tracing.py"),
        Case.of("K17", "settings of the kernel in /proc and /sys", "not there, or not writable")
            .proves(Control.FILE_SYSTEM, Control.IDENTITY)
            .trial(stage -> stage.attack(inNamespaces("kernel/k17_kernel_settings.py"))),
        Case.of("K18", "clock and host name", "denied by the filter")
            .proves(Control.SECCOMP)
            .program("kernel/k18_clock_and_names.py"),
        Case.of("K19", "typing into a shared terminal", "there is none, and the filter denies it")
            .proves(Control.SECCOMP, Control.DESCRIPTORS, Control.FILE_SYSTEM)
            .trial(
                stage ->
                    stage.attack(
                        Attack.of("kernel/k19_terminals.py")
                            .with("ownKernel", stage.platform() == Platform.DOCKER_GVISOR))),
        Case.of(
                "K27",
                "crash under a core_pattern that runs a helper",
                "a limit of 1, which the helper heeds, in force and kept by the filter")
            .proves(Control.RESOURCE_LIMITS, Control.SECCOMP)
            .program("kernel/k27_core_dump.py"));
  }

  static Attack inNamespaces(String file) {
    return Attack.of(file).shownIn(Unprotected.NAMESPACES);
  }

  /** A copy of id(1) tells best, and stands where the sandbox would show it. */
  private static Finding setuid(Stage stage) throws Exception {
    Attack attack = Attack.of("kernel/k14_setuid.py");
    if (!Files.isExecutable(ID)) {
      return stage.attack(attack);
    }
    Path directory = stage.temporaryDirectory();
    Path copy = setuidCopy(directory);
    SandboxProfile profile =
        Attack.SMALL.toBuilder().mounts(Mount.readOnly(directory, "/mnt/setuid")).build();
    HostPython.Shown shown = stage.show(attack.with("copy", copy.toString()));
    ExecutionRequest.Builder request =
        stage.request(attack.with("copy", "/mnt/setuid/" + copy.getFileName()));
    Runtime runtime = stage.ownRuntime(profile);
    ExecutionResult result = runtime.execute(request.in(stage.workspace(runtime)).build());
    Unmet.unless(result.isCompleted(), () -> "the program ended " + Describe.result(result));
    return stage.judge(shown, result);
  }

  private static Path setuidCopy(Path directory) throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path copy = Files.copy(ID, directory.resolve("id"));
    Files.setAttribute(copy, "unix:mode", 04755);
    return copy;
  }
}
