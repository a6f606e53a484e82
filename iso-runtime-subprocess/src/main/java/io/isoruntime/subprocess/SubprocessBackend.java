package io.isoruntime.subprocess;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.local.OwnedName;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sandboxes by having a helper forked for each, and keeps account of them. Thread-safe. */
final class SubprocessBackend implements SandboxBackend {
  private static final Path PROC = Path.of("/proc");
  private static final Logger LOG = LoggerFactory.getLogger(SubprocessBackend.class);

  private final Interpreter interpreter;
  private final HostIdentity host;
  private final Optional<Cgroups> cgroups;
  private final Set<Sandbox> living = ConcurrentHashMap.newKeySet();
  private final ExecutorService makers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "iso-sandbox-maker");
            thread.setDaemon(true);
            return thread;
          });
  private final Templates templates;

  private SubprocessBackend(Interpreter interpreter, HostIdentity host, Optional<Cgroups> cgroups) {
    this.interpreter = interpreter;
    this.host = host;
    this.cgroups = cgroups;
    this.templates = new Templates(interpreter, makers);
  }

  static SubprocessBackend open(String interpreter) {
    Interpreter found = InterpreterProbe.run(interpreter);
    try {
      HostIdentity host = HostIdentity.current();
      CgroupMounts mounts = CgroupMounts.read(PROC);
      Optional<Cgroups> cgroups =
          CgroupsV1.find(mounts).or(() -> CgroupsV2.find(mounts, LaunchSpec.canMapUids(host)));
      cgroups.ifPresent(Cgroups::sweep);
      ChannelSocket.sweep(ChannelSocket.PARENT);
      LOG.info(
          "subprocess back-end: {} {}, uid {}, {}",
          found.executable(),
          found.version(),
          host.uid(),
          cgroups.map(Cgroups::version).orElse("no cgroup that it may use"));
      SubprocessBackend backend = new SubprocessBackend(found, host, cgroups);
      backend.templates.prepare();
      return backend;
    } catch (IOException e) {
      throw unable("/proc can't be read: " + e.getMessage() + ".", e);
    }
  }

  @Override
  public String name() {
    return "subprocess";
  }

  @Override
  public Optional<String> remedy(Control control) {
    return switch (control) {
      case MEMORY, PIDS, CPU ->
          Optional.of(
              "run the service as root, or in a delegated cgroup (systemd-run --user --scope"
                  + " -p Delegate=yes ...)");
      case DISTINCT_UID -> Optional.of("run the service as root");
      case SUPPLEMENTARY_GROUPS ->
          Optional.of("run the service as root, or as a user without further groups");
      default -> Optional.empty();
    };
  }

  @Override
  public CompletionStage<Sandbox> create(SandboxSpec spec) {
    return CompletableFuture.supplyAsync(() -> make(spec), makers);
  }

  private Sandbox make(SandboxSpec spec) {
    Helper helper = null;
    Optional<Cgroup> cgroup = Optional.empty();
    try {
      helper = templates.fork(spec.ahead(), spec.startTime());
      prime(helper.pid());
      RootPlan plan =
          RootPlan.of(interpreter, spec.profile().mounts(), LaunchSpec.UID, LaunchSpec.GID);
      cgroup = makeCgroup(spec);
      return connect(spec, helper, cgroup, plan);
    } catch (IsoException e) {
      abandon(helper, cgroup);
      throw e;
    } catch (IOException e) {
      abandon(helper, cgroup);
      throw unable(cause(helper, e), e);
    } catch (RuntimeException | LinkageError e) {
      abandon(helper, cgroup);
      throw unable("A sandbox could not be made: " + e + ".", new IOException(e));
    }
  }

  private Sandbox connect(SandboxSpec spec, Helper helper, Optional<Cgroup> cgroup, RootPlan plan)
      throws IOException {
    try (ChannelSocket door = ChannelSocket.open(ChannelSocket.PARENT)) {
      byte[] launch =
          LaunchSpec.json(
              LaunchSpec.canMapUids(host),
              helper.pid(),
              plan,
              interpreter,
              spec.profile(),
              spec.ahead());
      helper.tell(launch, LaunchSpec.places(door.path(), cgroup), spec.token());
      helper.onExit(door::expectNobody); // so that accept doesn't wait for the dead
      AFUNIXSocket socket =
          door.accept(OptionalLong.of(helper.pid()), OptionalLong.of(host.uid()), spec.startTime());
      FactsReader facts =
          new FactsReader(host, plan, LaunchSpec.environment(interpreter, spec.profile()).keySet());
      return keep(new SubprocessSandbox(helper, socket, cgroup, facts));
    }
  }

  private void prime(long pid) {
    cgroups.ifPresent(place -> makers.execute(() -> place.prime(pid)));
  }

  /** Without a cgroup the attestation finds no limit, and the supervisor decides what it means. */
  private Optional<Cgroup> makeCgroup(SandboxSpec spec) throws IOException {
    return cgroups.isEmpty()
        ? Optional.empty()
        : Optional.of(cgroups.get().create(OwnedName.prefix() + spec.id(), spec.profile()));
  }

  private Sandbox keep(SubprocessSandbox sandbox) {
    living.add(sandbox);
    sandbox.onDestroyed(() -> living.remove(sandbox));
    return sandbox;
  }

  private static String cause(@Nullable Helper helper, IOException e) {
    if (helper == null) {
      return "No helper could be started: " + e.getMessage() + ".";
    }
    String words = helper.lastWords();
    return "The helper could not build a sandbox: "
        + e.getMessage()
        + (words.isEmpty() ? "." : " (" + words + ").");
  }

  private static void abandon(@Nullable Helper helper, Optional<Cgroup> cgroup) {
    if (helper != null) {
      helper.kill();
    }
    cgroup.ifPresent(SubprocessSandbox::empty);
  }

  private static IsoException unable(String cause, IOException thrown) {
    return new IsoException(
        new Problem(
            ErrorCode.SANDBOX_SETUP_FAILED,
            cause,
            "No code was run.",
            "Run iso doctor on this host; it names what is missing."),
        thrown);
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> ends =
        living.stream().map(sandbox -> sandbox.destroy().toCompletableFuture()).toList();
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .orTimeout(15, TimeUnit.SECONDS)
          .join();
    } catch (RuntimeException e) {
      LOG.warn("some sandboxes could not be proven empty at close", e);
    }
    templates.close();
    makers.shutdown();
  }
}
