package io.isoruntime.subprocess;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Corpus;
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
import org.junit.jupiter.api.Tag;

/**
 * The corpus on this host's namespaces, made by the user who runs the tests; also the subject of
 * the mutants' JVM.
 */
@Tag("once")
public class SubprocessAttackTest extends AttackContract {
  private static final Case GROUPS = Corpus.of("K26").orElseThrow();

  @Override
  public Runtime open(SandboxProfile profile, Set<Control> waived) {
    return openOn("/usr/bin/python3", profile, waived);
  }

  @Override
  public Runtime openOn(String base, SandboxProfile profile, Set<Control> waived) {
    return runtime(base, profile, waived, keepsSandboxesReady() ? 2 : 0);
  }

  private static Runtime runtime(
      String interpreter, SandboxProfile profile, Set<Control> waived, int warmSandboxes) {
    return SubprocessRuntime.builder()
        .warmSandboxes(warmSandboxes)
        .interpreter(interpreter)
        .profile(profile)
        .allowDegraded(waived.toArray(Control[]::new))
        .build();
  }

  @Override
  public List<String> command(
      Path program, Path workspace, Set<Control> waived, Duration wallTime) {
    return OneProgram.command(SecondMain.class, program, workspace, waived, wallTime);
  }

  /** The second JVM. */
  static final class SecondMain {
    private SecondMain() {}

    public static void main(String[] arguments) throws IOException {
      OneProgram.run(
          arguments, waived -> runtime("/usr/bin/python3", SandboxProfile.defaults(), waived, 0));
    }
  }

  @Override
  public Platform platform() {
    return "root".equals(System.getProperty("user.name"))
        ? Platform.SUBPROCESS_ROOT
        : Platform.SUBPROCESS_USER;
  }

  @Override
  protected Set<Control> missing() {
    return SubprocessContract.waivedHere();
  }

  /** A user of no further group has none to drop. */
  @Override
  protected Set<String> vacuous() {
    return platform() == Platform.SUBPROCESS_USER && cases().contains(GROUPS)
        ? Set.of(GROUPS.id())
        : Set.of();
  }

  @Override
  protected List<Case> cases() {
    return ContractPlan.corpus(host());
  }

  private Host host() {
    if (keepsSandboxesReady()) {
      return Host.SUBPROCESS_WARM;
    } else if (platform() == Platform.SUBPROCESS_ROOT) {
      return Host.SUBPROCESS_ROOT;
    }
    return missing().contains(Control.MEMORY) ? Host.SUBPROCESS_USER : Host.SUBPROCESS_DELEGATED;
  }
}
