package io.isoruntime.docker;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.ExpendableEngine;
import io.isoruntime.conformance.OneProgram;
import io.isoruntime.conformance.Platform;
import io.isoruntime.testkit.AttackContract;
import io.isoruntime.testkit.plan.ContractPlan;
import io.isoruntime.testkit.plan.Host;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cases that the others leave out, on an engine that is there to be stopped, starved and
 * deceived. Sandboxes talk through it, which is where that matters.
 */
@Tag("engines")
abstract class SpoiltEngineAttackContract extends AttackContract {
  @TempDir static Path directory;
  private static @org.jspecify.annotations.Nullable SpoiltEngine engine;

  /** Started when it is first needed, which is before the first case. */
  private static synchronized SpoiltEngine engine() {
    if (engine == null) {
      TestEngine.require();
      if (System.getenv("ISO_MUST_WORK") == null) {
        assumeTrue("root".equals(System.getProperty("user.name")), "an engine is started by root");
      }
    }
    try {
      if (engine == null) {
        // So named that what it mounts is known for an engine's.
        engine = new SpoiltEngine(directory);
      }
      return engine;
    } catch (Exception e) {
      throw new IllegalStateException("the test's engine can't be started", e);
    }
  }

  @AfterAll
  static synchronized void stopEngine() throws Exception {
    if (engine != null) {
      engine.close();
      engine = null;
    }
  }

  /** The OCI runtime of the sandboxes. */
  abstract String ociRuntime();

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
  public Optional<ExpendableEngine> expendableEngine() {
    return Optional.of(engine());
  }

  private static DockerRuntime.Builder builder(String address, String ociRuntime) {
    return TestEngine.runtime()
        .engine(address)
        .ociRuntime(ociRuntime)
        .channel(DockerChannel.ATTACHED);
  }

  @Override
  public Runtime open(SandboxProfile profile, Set<Control> waived) {
    return openOn(TestEngine.IMAGE, profile, waived);
  }

  @Override
  public Runtime openOn(String base, SandboxProfile profile, Set<Control> waived) {
    return builder(engine().address(), ociRuntime())
        .image(base)
        .profile(profile)
        .allowDegraded(waived.toArray(Control[]::new))
        .build();
  }

  @Override
  public List<String> command(
      Path program, Path workspace, Set<Control> waived, Duration wallTime) {
    return OneProgram.command(
        SecondMain.class, program, workspace, waived, wallTime, engine().address(), ociRuntime());
  }

  @Override
  public Set<String> traces(long pid) {
    try (Engine client = engine().client()) {
      return EngineDiagnosis.containersOf(pid, client);
    }
  }

  @Override
  public Set<Long> inits() {
    try (Engine client = engine().client()) {
      return EngineDiagnosis.initsOf(ProcessHandle.current().pid(), client);
    }
  }

  /** The second JVM. */
  static final class SecondMain {
    private SecondMain() {}

    public static void main(String[] arguments) throws IOException {
      List<String> more = OneProgram.more(arguments);
      OneProgram.run(
          arguments,
          waived ->
              builder(more.get(0), more.get(1))
                  .allowDegraded(waived.toArray(Control[]::new))
                  .build());
    }
  }
}
