package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.OneProgram;
import io.isoruntime.conformance.Platform;
import io.isoruntime.testkit.AttackContract;
import io.isoruntime.testkit.plan.ContractPlan;
import io.isoruntime.testkit.plan.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The corpus on containers; a subclass says on which. */
@Tag("engines")
abstract class DockerAttackContract extends AttackContract {

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  abstract DockerRuntime.Builder builder();

  abstract Host host();

  @Override
  public Platform platform() {
    return host().platform();
  }

  @Override
  protected List<Case> cases() {
    return ContractPlan.corpus(host());
  }

  @Override
  public Runtime open(SandboxProfile profile, Set<Control> waived) {
    return openOn(TestEngine.IMAGE, profile, waived);
  }

  @Override
  public Runtime openOn(String base, SandboxProfile profile, Set<Control> waived) {
    return builder()
        .image(base)
        .profile(profile)
        .allowDegraded(waived.toArray(Control[]::new))
        .build();
  }

  @Override
  public List<String> command(
      Path program, Path workspace, Set<Control> waived, Duration wallTime) {
    return OneProgram.command(
        SecondMain.class,
        program,
        workspace,
        waived,
        wallTime,
        platform() == Platform.DOCKER_GVISOR ? new String[] {"runsc"} : new String[0]);
  }

  @Override
  public Set<String> traces(long pid) {
    return EngineDiagnosis.containersOf(pid);
  }

  @Override
  public Set<Long> inits() {
    return EngineDiagnosis.initsOf(ProcessHandle.current().pid());
  }

  /** The second JVM. */
  static final class SecondMain {
    private SecondMain() {}

    public static void main(String[] arguments) throws IOException {
      DockerRuntime.Builder builder = TestEngine.runtime();
      OneProgram.more(arguments).forEach(builder::ociRuntime);
      OneProgram.run(
          arguments, waived -> builder.allowDegraded(waived.toArray(Control[]::new)).build());
    }
  }
}
