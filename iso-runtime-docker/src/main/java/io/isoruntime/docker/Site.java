package io.isoruntime.docker;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The engine and this process, as far as the containers of a back-end depend on them. Plans and
 * expectations are made here; nothing is done.
 *
 * @param settings what the embedder chose
 * @param engine the engine
 * @param facts what it says of itself
 * @param host who this process is
 * @param owner whose the containers are
 * @param translator the engine's host's names of paths
 */
record Site(
    DockerSettings settings,
    Engine engine,
    EngineFacts facts,
    HostIdentity host,
    Owner owner,
    PathTranslator translator) {
  /** With own cgroup namespaces, and what else is relied on. */
  static final int API_MAJOR = 1;

  static final int API_MINOR = 41;

  /** Of the kernel's initial pid namespace (PROC_PID_INIT_INO, proc_ns.h). */
  private static final String INITIAL_PIDS = "pid:[4026531836]";

  /** Throws if the engine can't make such containers. */
  static void requireSuitable(EngineFacts facts, Optional<String> ociRuntime) {
    if (!facts.speaks(API_MAJOR, API_MINOR)) {
      throw unsuitable(
          "The engine "
              + facts.version()
              + " speaks API "
              + facts.apiVersion()
              + "; 1.41 (Docker 20.10) is needed.",
          "Upgrade the engine.");
    }
    ociRuntime
        .filter(name -> !facts.runtimes().containsKey(name))
        .ifPresent(
            name -> {
              throw unsuitable(
                  "The engine has no OCI runtime "
                      + name
                      + "; it has "
                      + facts.runtimes().keySet()
                      + ".",
                  "Add it to \"runtimes\" in the engine's daemon.json and reload the engine.");
            });
  }

  private static IsoException unsuitable(String cause, String remedy) {
    return new Problem(ErrorCode.ENGINE_UNSUITABLE, cause, "No runtime was made.", remedy)
        .toException();
  }

  /** Whether sandboxes have a kernel of their own; what is really so is attested. */
  boolean ownKernel() {
    String runtime = settings.ociRuntime().orElse(facts.usualRuntime());
    return runtime.contains("runsc")
        || facts.runtimes().getOrDefault(runtime, "").contains("runsc");
  }

  /** The container of an executor with this user id. */
  ContainerPlan plan(
      long uid,
      SandboxProfile profile,
      List<ContainerPlan.Bind> binds,
      Map<String, String> labels) {
    return new ContainerPlan(
        settings.image(),
        "iso-executor-" + uid,
        uid,
        settings.gid(),
        settings.ociRuntime(),
        ownKernel(),
        facts.cgroupVersion().equals("1") && !ownKernel(),
        profile,
        binds,
        labels);
  }

  /** What may be found in such a container, and what may not. */
  HostFacts hostFacts(ContainerPlan plan) {
    boolean here =
        engine.isOnUnixSocket() && facts.kernel().equals(System.getProperty("os.version"));
    Place.Kernel kernel =
        ownKernel() ? Place.Kernel.OWN : here ? Place.Kernel.OURS : Place.Kernel.REMOTE;
    Map<String, String> namespaces = new java.util.HashMap<>(host.namespaces());
    namespaces.remove("user"); // containers have none of their own unless the engine is told to
    return new HostFacts(
        new Place(
            kernel,
            Optional.of(facts.kernel()),
            ContainerPlan.INIT_CAPABILITIES,
            plan.engineMounts()),
        namespaces,
        here ? host.uid() : -1,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        0,
        plan.uid(),
        plan.gid(),
        plan.mountPoints(),
        plan.writablePaths(),
        plan.storagePaths(),
        ContainerPlan.deviceMounts(),
        plan.environment().keySet());
  }

  /** Init's process id, where this process can see it. */
  OptionalLong initPid(String container) {
    if (!INITIAL_PIDS.equals(host.namespaces().get("pid")) || ownKernel()) {
      return OptionalLong.empty();
    }
    Long pid = engine.inspect(container).getState().getPidLong();
    return pid == null || pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
  }

  /** Init's user id as this process sees it: the host's root, unless ids are mapped somewhere. */
  OptionalLong initUid() {
    boolean asOnTheHost = !facts.remapsUsers() && host.maps(0, 0xFFFFFFFEL - 1) && !ownKernel();
    return asOnTheHost ? OptionalLong.of(0) : OptionalLong.empty();
  }
}
