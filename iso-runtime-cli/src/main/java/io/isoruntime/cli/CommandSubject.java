package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Platform;
import io.isoruntime.conformance.Subject;
import io.isoruntime.docker.EngineDiagnosis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The runtime that the command line names, as the subject of attacks. */
final class CommandSubject implements Subject {
  private final Target target;
  private final RuntimeSpec.Opener opener;
  private final int warmSandboxes;
  private final Platform platform;

  /**
   * One that keeps no sandbox ready; asks the engine, if there is one.
   *
   * @throws io.isoruntime.IsoException if it doesn't answer
   */
  CommandSubject(Target target, RuntimeSpec.Opener opener) {
    this(target, opener, 0);
  }

  /** One that keeps so many ready; otherwise as the other constructor. */
  CommandSubject(Target target, RuntimeSpec.Opener opener, int warmSandboxes) {
    this.target = target;
    this.opener = opener;
    this.warmSandboxes = warmSandboxes;
    this.platform = platform(target);
  }

  private static Platform platform(Target target) {
    if (target instanceof Target.Docker docker) {
      String runtime =
          docker
              .ociRuntime()
              .orElseGet(() -> EngineDiagnosis.of(docker.image()).runtimes().usual());
      return runtime.contains("runsc") || runtime.contains("gvisor")
          ? Platform.DOCKER_GVISOR
          : Platform.DOCKER_RUNC;
    }
    return "root".equals(System.getProperty("user.name"))
        ? Platform.SUBPROCESS_ROOT
        : Platform.SUBPROCESS_USER;
  }

  @Override
  public Runtime open(SandboxProfile profile, Set<Control> waived) {
    return opener.open(new RuntimeSpec(target, profile, waived, warmSandboxes));
  }

  @Override
  public Platform platform() {
    return platform;
  }

  @Override
  public Runtime openOn(String base, SandboxProfile profile, Set<Control> waived) {
    return opener.open(new RuntimeSpec(target.on(base), profile, waived, warmSandboxes));
  }

  @Override
  public boolean keepsSandboxesReady() {
    return warmSandboxes > 0;
  }

  @Override
  public Set<String> traces(long pid) {
    return platform.hasEngine() ? EngineDiagnosis.containersOf(pid) : Set.of();
  }

  @Override
  public Set<Long> inits() {
    return platform.hasEngine() ? EngineDiagnosis.initsOf(ProcessHandle.current().pid()) : Set.of();
  }

  @Override
  public List<String> command(
      Path program, Path workspace, Set<Control> waived, Duration wallTime) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("run", "--workspace", workspace.toString()));
    command.addAll(List.of("--timeout", wallTime.toMillis() + "ms"));
    waived.forEach(control -> command.addAll(List.of("--allow-degraded", control.label())));
    command.addAll(target.arguments());
    command.add(program.toString());
    return command;
  }
}
