package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Volume;
import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.SandboxProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Containers that differ from the plan in one thing each, made by a real engine. */
@Tag("host")
@Tag("once")
class ContainerCheckTest {
  private static final ContainerPlan PLAN = plan(SandboxProfile.defaults());

  @BeforeAll
  static void requireEngine() {
    TestEngine.require();
  }

  static ContainerPlan plan(SandboxProfile profile) {
    return new ContainerPlan(
        TestEngine.IMAGE,
        "iso-executor-1001",
        1001,
        1000,
        Optional.empty(),
        false,
        false,
        profile,
        List.of(),
        Map.of());
  }

  private static void check(HostConfig config) {
    try (Engine engine = Containers.engine()) {
      Engine.Created created =
          engine.create(PLAN.image(), Optional.empty(), config, Map.of(), List.of()).orElseThrow();
      try {
        ContainerCheck.requireAsPlanned(engine.inspect(created.id()), PLAN);
      } finally {
        engine.remove(created.id());
      }
    }
  }

  @Test
  void acceptsWhatWasPlanned() {
    assertDoesNotThrow(() -> check(PLAN.hostConfig()));
  }

  @TestFactory
  Stream<DynamicTest> refusesEachDifferenceByName() {
    Map<String, UnaryOperator<HostConfig>> changes =
        Map.ofEntries(
            Map.entry("NetworkMode", c -> c.withNetworkMode("host")),
            Map.entry("ReadonlyRootfs", c -> c.withReadonlyRootfs(false)),
            Map.entry("CapDrop", c -> c.withCapDrop(Capability.NET_RAW)),
            Map.entry("CapAdd", c -> c.withCapAdd(Capability.SYS_ADMIN)),
            Map.entry("SecurityOpt", c -> c.withSecurityOpts(List.of("seccomp=unconfined"))),
            Map.entry("IpcMode", c -> c.withIpcMode("host")),
            Map.entry("PidMode", c -> c.withPidMode("host")),
            Map.entry("CgroupnsMode", c -> c.withCgroupnsMode("host")),
            Map.entry("Memory ", c -> c.withMemory(1L << 30).withMemorySwap(1L << 30)),
            Map.entry("MemorySwap", c -> c.withMemorySwap(1L << 30)),
            Map.entry("PidsLimit", c -> c.withPidsLimit(1_000L)),
            Map.entry("NanoCpus", c -> c.withNanoCPUs(2_000_000_000L)),
            Map.entry("Tmpfs", c -> c.withTmpFs(Map.of("/workspace", "rw"))),
            Map.entry(
                "Binds", c -> c.withBinds(new Bind("/etc", new Volume("/mnt/etc"), AccessMode.ro))),
            Map.entry("Devices", c -> c.withDevices(new Device("rwm", "/dev/fuse", "/dev/null"))),
            Map.entry("AutoRemove", c -> c.withAutoRemove(false)));
    return changes.entrySet().stream()
        .map(
            change ->
                DynamicTest.dynamicTest(
                    change.getKey(),
                    () -> {
                      HostConfig config = change.getValue().apply(PLAN.hostConfig());
                      IsoException refused = assertThrows(IsoException.class, () -> check(config));
                      assertEquals(ErrorCode.ISOLATION_INCOMPLETE, refused.problem().code());
                      assertTrue(
                          refused.problem().cause().contains(change.getKey().strip() + " is "),
                          refused::getMessage);
                    }));
  }

  @Test
  void aWarningIsFatalUnlessItsControlMayBeMissing() {
    String pids =
        "Your kernel does not support pids limit capabilities or the cgroup is not mounted. PIDs"
            + " limit discarded.";
    String unknown = "Something nobody foresaw.";
    assertThrows(
        IsoException.class, () -> ContainerCheck.requireNoWarnings(List.of(pids), Set.of()));
    assertThrows(
        IsoException.class,
        () -> ContainerCheck.requireNoWarnings(List.of(pids), Set.of(Control.MEMORY)));
    ContainerCheck.requireNoWarnings(List.of(pids), Set.of(Control.PIDS));
    assertThrows(
        IsoException.class,
        () ->
            ContainerCheck.requireNoWarnings(
                List.of(unknown), Set.of(Control.PIDS, Control.MEMORY, Control.CPU)));
    ContainerCheck.requireNoWarnings(List.of(), Set.of());
  }
}
