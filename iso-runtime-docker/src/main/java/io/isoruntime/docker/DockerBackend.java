package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.local.MountCheck;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Place;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sandboxes as sibling containers, and keeps account of them. Thread-safe. */
final class DockerBackend implements SandboxBackend {
  private static final Logger LOG = LoggerFactory.getLogger(DockerBackend.class);

  /** With own cgroup namespaces, inspection by event filters, and what else is relied on. */
  static final int API_MAJOR = 1;

  static final int API_MINOR = 41;
  private static final long BEAT_MILLIS = 1_000;
  private static final long CLOSE_SECONDS = 15;
  private static final long TRIAL_SECONDS = 60;
  private static final long[] LOOK_AGAIN_SECONDS = {5, 30, 120};

  /** Of the kernel's initial pid namespace (PROC_PID_INIT_INO, proc_ns.h). */
  private static final String INITIAL_PIDS = "pid:[4026531836]";

  private final DockerSettings settings;
  private final Engine engine;
  private final EngineFacts facts;
  private final HostIdentity host;
  private final Owner owner;
  private final boolean ownKernel;
  private final ExecutorUids uids;
  private final PathTranslator translator;
  private final Reach reach;
  private final Set<DockerSandbox> living = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers = Executors.newCachedThreadPool(named("iso-docker"));
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(named("iso-docker-beat"));

  /** Where sockets go; empty for the attached channel, and until it was found out. */
  private Optional<Path> socketParent = Optional.empty();

  private boolean isChannelFound;

  private final ConcurrentHashMap<List<io.isoruntime.Mount>, List<ContainerPlan.Bind>> proven =
      new ConcurrentHashMap<>();

  private DockerBackend(
      DockerSettings settings,
      Engine engine,
      EngineFacts facts,
      HostIdentity host,
      Optional<OwnContainer> ownContainer,
      Owner owner) {
    this.settings = settings;
    this.engine = engine;
    this.facts = facts;
    this.host = host;
    this.owner = owner;
    this.ownKernel = hasOwnKernel(settings.ociRuntime(), facts);
    this.uids = new ExecutorUids(settings.firstUid(), settings.uidCount(), host.uid());
    this.translator =
        settings
            .translator()
            .orElseGet(() -> EngineDiagnosis.Paths.found(ownContainer).translator());
    this.reach = new Reach(engine, translator, this::tryOut);
    var unused =
        beats.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** One that fails must not end the beats of the others. */
  private void beat() {
    for (DockerSandbox sandbox : living) {
      try {
        sandbox.tick();
      } catch (RuntimeException | Error e) {
        LOG.warn("no sign of life could be sent to the container {}", sandbox.id(), e);
      }
    }
  }

  private static ThreadFactory named(String name) {
    return task -> {
      Thread thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** Checks engine and image, and removes what dead runtimes left. */
  static DockerBackend open(DockerSettings settings) {
    Engine engine = Engine.at(settings.engine());
    try {
      EngineFacts facts = engine.facts();
      requireSuitable(facts, settings);
      ImageCheck.require(engine, settings.image(), settings.pull());
      HostIdentity host = HostIdentity.current();
      Optional<OwnContainer> ownContainer = OwnContainer.find(engine);
      Owner owner = Owner.current(ownContainer.map(OwnContainer::id));
      Orphans.sweep(engine, owner);
      DockerBackend backend = new DockerBackend(settings, engine, facts, host, ownContainer, owner);
      LOG.info(
          "docker back-end: engine {} (API {}, cgroup v{}) at {}, image {}, OCI runtime {}, {},"
              + " shared directories {}",
          facts.version(),
          facts.apiVersion(),
          facts.cgroupVersion(),
          engine.host(),
          settings.image(),
          settings.ociRuntime().orElse("the engine's own"),
          ownContainer
              .map(container -> "in the container " + container.id())
              .orElse("in no container of the engine"),
          backend.translator.roots().isEmpty() ? "all" : backend.translator.roots());
      return backend;
    } catch (IOException e) {
      engine.close();
      throw EngineFailures.of(e, engine.host(), "be used: /proc can't be read");
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static void requireSuitable(EngineFacts facts, DockerSettings settings) {
    if (!facts.speaks(API_MAJOR, API_MINOR)) {
      throw unsuitable(
          "The engine "
              + facts.version()
              + " speaks API "
              + facts.apiVersion()
              + "; 1.41 (Docker 20.10) is needed.",
          "Upgrade the engine.");
    }
    settings
        .ociRuntime()
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

  /** By the runtime's program: what is really so is attested. */
  private static boolean hasOwnKernel(Optional<String> runtime, EngineFacts facts) {
    return runtime
        .map(
            name ->
                name.contains("runsc") || facts.runtimes().getOrDefault(name, "").contains("runsc"))
        .orElse(false);
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public Optional<String> remedy(Control control) {
    return switch (control) {
      case MEMORY, PIDS, CPU ->
          Optional.of(
              ownKernel
                  ? "let "
                      + settings.ociRuntime().orElse("runsc")
                      + " use cgroups, without"
                      + " --ignore-cgroups in the engine's daemon.json"
                  : "enable the cgroup controllers memory, pids and cpu, and swap accounting, on"
                      + " the engine's host");
      case DISTINCT_UID ->
          Optional.of("give the executors user ids other than the service's (executorUids)");
      case SECCOMP -> Optional.of("use a kernel with seccomp filters on the engine's host");
      default -> Optional.empty();
    };
  }

  @Override
  public CompletionStage<Sandbox> create(SandboxSpec spec) {
    return CompletableFuture.supplyAsync(() -> make(spec), workers);
  }

  private Sandbox make(SandboxSpec spec) {
    Making making = new Making(spec);
    try {
      return making.sandbox();
    } catch (RuntimeException | IOException | LinkageError e) {
      throw making.failed(e);
    }
  }

  /** The making of one sandbox; what it holds is released when it fails. */
  private final class Making {
    private final SandboxSpec spec;
    private final long createdSeconds = System.currentTimeMillis() / 1000 - 1;
    private final Map<String, String> labels;
    private @Nullable ContainerPlan plan;
    private @Nullable String id;
    private @Nullable AttachedStream attached;
    private @Nullable ChannelSocket door;

    Making(SandboxSpec spec) {
      this.spec = spec;
      this.labels =
          owner.labels(
              spec.executionId(), System.currentTimeMillis() / 1000 + spec.lifetime().toSeconds());
    }

    Sandbox sandbox() throws IOException {
      List<ContainerPlan.Bind> binds = new ArrayList<>(provenBinds(spec.profile()));
      Optional<Path> parent = socketParent();
      if (parent.isPresent()) {
        ChannelSocket opened = ChannelSocket.open(parent.get());
        door = opened;
        binds.add(
            new ContainerPlan.Bind(
                translator.toHost(opened.directory()).toString(),
                ContainerPlan.SOCKET_DIRECTORY,
                true));
      }
      Engine.Created created = create(binds);
      String container = created.id();
      ContainerPlan made = java.util.Objects.requireNonNull(plan);
      ContainerCheck.requireNoWarnings(created.warnings(), settings.waived());
      ContainerCheck.requireAsPlanned(engine.inspect(container), made);
      AttachedStream stream = engine.attach(container);
      attached = stream;
      engine.start(container);
      tell(stream, made);
      DockerSandbox sandbox = connect(container, stream, made);
      living.add(sandbox);
      sandbox.onDestroyed(
          () -> {
            living.remove(sandbox);
            uids.free(made.uid());
          });
      LOG.info(
          "execution {}: container {} ({}), executor uid {}, channel {}",
          spec.executionId(),
          container.substring(0, 12),
          made.name(),
          made.uid(),
          sandbox.channel());
      return sandbox;
    }

    /** The container's name reserves the user id on this engine, whoever else uses it. */
    private Engine.Created create(List<ContainerPlan.Bind> binds) {
      OptionalLong uid = uids.take(uids.first());
      while (uid.isPresent()) {
        ContainerPlan tried = plan(uid.getAsLong(), spec.profile(), binds, labels);
        plan = tried;
        Optional<Engine.Created> created =
            engine.create(
                tried.image(), Optional.of(tried.name()), tried.hostConfig(), labels, List.of());
        if (created.isPresent()) {
          id = created.get().id();
          return created.get();
        }
        plan = null;
        uids.free(uid.getAsLong());
        uid = uids.take(uid.getAsLong() + 1);
      }
      throw new Problem(
              ErrorCode.ENGINE_UNSUITABLE,
              "All " + uids.count() + " user ids for executors are in use on this engine.",
              "No code was run.",
              "Run fewer executions at a time, or give the runtime a larger range"
                  + " (executorUids).")
          .toException();
    }

    private void tell(AttachedStream stream, ContainerPlan made) throws IOException {
      byte[] launch = LaunchSpec.json(made, door != null);
      DataOutputStream out = new DataOutputStream(stream.toContainer());
      for (byte[] part : new byte[][] {launch, spec.token().secret()}) {
        out.writeInt(part.length);
        out.write(part);
      }
      out.flush();
    }

    private DockerSandbox connect(String container, AttachedStream stream, ContainerPlan made)
        throws IOException {
      if (door == null) {
        return DockerSandbox.attached(
            container,
            made.image(),
            createdSeconds,
            engine,
            hostFacts(made),
            stream,
            spec.token(),
            workers);
      }
      try (ChannelSocket opened = door) {
        stream.onEnd(() -> DockerSandbox.closeQuietly(opened)); // nobody is left to connect
        AFUNIXSocket socket = opened.accept(initPid(container), initUid(), spec.startTime());
        return DockerSandbox.over(
            socket,
            container,
            made.image(),
            createdSeconds,
            engine,
            hostFacts(made),
            stream,
            workers);
      }
    }

    IsoException failed(Throwable failure) {
      IsoException typed = typed(failure);
      if (attached != null) {
        attached.close();
      }
      if (door != null) {
        DockerSandbox.closeQuietly(door);
      }
      ContainerPlan made = plan;
      if (made != null) {
        boolean unanswered =
            typed.problem().code() == ErrorCode.ENGINE_TIMEOUT
                || typed.problem().code() == ErrorCode.ENGINE_UNREACHABLE;
        workers.execute(
            () -> {
              removeAll(unanswered ? LOOK_AGAIN_SECONDS : new long[0]);
              uids.free(made.uid());
            });
      }
      return typed;
    }

    private IsoException typed(Throwable failure) {
      if (failure instanceof IsoException typed) {
        return typed;
      }
      String words = attached == null ? "" : attached.lastWords();
      if (attached != null && attached.hasEnded()) {
        return new IsoException(EngineFailures.neverSpoke(settings.image(), words), failure);
      }
      return new IsoException(
          new Problem(
              ErrorCode.SANDBOX_SETUP_FAILED,
              "A sandbox could not be made: "
                  + failure
                  + (words.isEmpty() ? "." : " (init said: " + words + ")."),
              "No code was run.",
              "Run iso doctor --runtime docker; it names what is missing."),
          failure);
    }

    /**
     * By label: that a container was made may never have been answered.
     *
     * @param again after how many seconds each to look again, since it may yet be made
     */
    private void removeAll(long[] again) {
      try {
        if (id != null) {
          new Removal(engine, id).untilGone();
        }
        removeLabelled();
        for (long seconds : again) {
          TimeUnit.SECONDS.sleep(seconds);
          removeLabelled();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // the runtime closes; the next one sweeps
      }
    }

    private void removeLabelled() throws InterruptedException {
      for (long pause = 100; ; pause = Math.min(2 * pause, 10_000)) {
        try {
          engine
              .labelledSometime(Owner.EXECUTION + "=" + spec.executionId())
              .forEach(left -> new Removal(engine, left.getId()).untilGone());
          return;
        } catch (IsoException e) {
          LOG.warn(
              "execution {}: its container can't be looked for yet: {}",
              spec.executionId(),
              e.getMessage());
        }
        Thread.sleep(pause);
      }
    }
  }

  private ContainerPlan plan(
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
        ownKernel,
        facts.cgroupVersion().equals("1") && !ownKernel,
        profile,
        binds,
        labels);
  }

  private HostFacts hostFacts(ContainerPlan plan) {
    boolean here =
        engine.isOnUnixSocket() && facts.kernel().equals(System.getProperty("os.version"));
    Place.Kernel kernel =
        ownKernel ? Place.Kernel.OWN : here ? Place.Kernel.OURS : Place.Kernel.REMOTE;
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
  private OptionalLong initPid(String container) {
    if (!INITIAL_PIDS.equals(host.namespaces().get("pid")) || ownKernel) {
      return OptionalLong.empty();
    }
    Long pid = engine.inspect(container).getState().getPidLong();
    return pid == null || pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid);
  }

  /** Init's user id as this process sees it: the host's root, unless ids are mapped somewhere. */
  private OptionalLong initUid() {
    boolean asOnTheHost = !facts.remapsUsers() && host.maps(0, 0xFFFFFFFEL - 1) && !ownKernel;
    return asOnTheHost ? OptionalLong.of(0) : OptionalLong.empty();
  }

  private List<ContainerPlan.Bind> provenBinds(SandboxProfile profile) {
    profile.mounts().forEach(MountCheck::require);
    return proven.computeIfAbsent(profile.mounts(), reach::binds);
  }

  /** Where the socket of a sandbox goes, or empty for the attached channel; found out once. */
  private synchronized Optional<Path> socketParent() {
    if (!isChannelFound) {
      socketParent = findSocketParent();
      isChannelFound = true;
    }
    return socketParent;
  }

  private Optional<Path> findSocketParent() {
    if (settings.channel() == DockerChannel.ATTACHED) {
      return Optional.empty();
    }
    List<String> why = new ArrayList<>();
    Optional<Path> found = Optional.empty();
    if (engine.isOnUnixSocket()) {
      found = reach.socketParent(socketCandidates(), why);
      socketCandidates().forEach(ChannelSocket::sweep);
    } else {
      why.add("the engine at " + engine.host() + " is on another machine");
    }
    if (found.isEmpty() && settings.channel() == DockerChannel.UNIX_SOCKET) {
      throw new Problem(
              ErrorCode.CHANNEL_UNAVAILABLE,
              "No sandbox can reach a Unix socket of this process: "
                  + (why.isEmpty() ? "no directory is shared" : String.join("; ", why))
                  + ".",
              "No code was run.",
              "Share a directory with the engine's host (-v /exec-workspace), or leave the channel"
                  + " to be chosen, or choose the attached one.")
          .toException();
    }
    LOG.info(
        "channel: {}",
        found
            .map(
                parent ->
                    "a Unix socket beneath "
                        + parent
                        + ", on the engine's host "
                        + translator.toHost(parent))
            .orElseGet(() -> "attached, since no Unix socket can be reached (" + why + ")"));
    return found;
  }

  private List<Path> socketCandidates() {
    Set<Path> candidates = new LinkedHashSet<>();
    if (translator.roots().isEmpty() && !(translator instanceof NothingShared)) {
      candidates.add(ChannelSocket.PARENT);
    }
    for (Path place : List.of(ChannelSocket.PARENT, settings.workspaceRoot())) {
      if (translator.roots().stream().anyMatch(place::startsWith)) {
        candidates.add(place);
      }
    }
    translator.roots().stream()
        .filter(root -> java.nio.file.Files.isDirectory(root))
        .filter(java.nio.file.Files::isWritable)
        .forEach(candidates::add);
    return List.copyOf(candidates);
  }

  /** Runs a program in a throw-away container that is confined like a sandbox. */
  private String tryOut(List<ContainerPlan.Bind> binds, List<String> command) {
    Map<String, String> labels =
        owner.labels("probe", System.currentTimeMillis() / 1000 + TRIAL_SECONDS);
    ContainerPlan plan = plan(ExecutorSettings.UID, SandboxProfile.defaults(), binds, labels);
    String id =
        engine
            .create(plan.image(), Optional.empty(), plan.hostConfig(), labels, command)
            .orElseThrow(() -> new IllegalStateException("a name was taken that was not given"))
            .id();
    try (AttachedStream stream = engine.attach(id)) {
      engine.start(id);
      stream.input().close();
      var deadline =
          beats.schedule(
              () -> stream.fail("the probe took longer than " + TRIAL_SECONDS + " s"),
              TRIAL_SECONDS,
              TimeUnit.SECONDS);
      try {
        String printed =
            new String(
                stream.fromContainer().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!stream.lastWords().isEmpty()) {
          LOG.warn("a probe said: {}", stream.lastWords());
        }
        return printed;
      } finally {
        deadline.cancel(false);
      }
    } catch (IOException e) {
      throw EngineFailures.of(e, engine.host(), "run a probe");
    } finally {
      workers.execute(() -> new Removal(engine, id).untilGone());
    }
  }

  @Override
  public void close() {
    List<CompletableFuture<Void>> ends =
        living.stream().map(sandbox -> sandbox.destroy().toCompletableFuture()).toList();
    workers.shutdown();
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .orTimeout(CLOSE_SECONDS, TimeUnit.SECONDS)
          .join();
      if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("some containers could not be removed at close; the next runtime will");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("some containers could not be removed at close; the next runtime will", e);
    }
    workers.shutdownNow();
    beats.shutdownNow();
    engine.close();
  }
}
