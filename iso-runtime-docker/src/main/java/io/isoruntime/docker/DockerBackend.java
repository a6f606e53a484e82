package io.isoruntime.docker;

import io.isoruntime.Control;
import io.isoruntime.Mount;
import io.isoruntime.PathTranslator;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.supervisor.local.MountCheck;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes sandboxes as sibling containers, and keeps account of them. Thread-safe. */
final class DockerBackend implements SandboxBackend {
  private static final Logger LOG = LoggerFactory.getLogger(DockerBackend.class);

  private static final long BEAT_MILLIS = 1_000;
  private static final long CLOSE_SECONDS = 15;

  private final Site site;
  private final ExecutorUids uids;
  private final Reach reach;
  private final ChannelChoice channels;
  private final Set<DockerSandbox> living = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers = Executors.newCachedThreadPool(named("iso-docker"));
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(named("iso-docker-beat"));

  private final Map<List<Mount>, List<ContainerPlan.Bind>> proven = new ConcurrentHashMap<>();

  private DockerBackend(Site site) {
    this.site = site;
    DockerSettings settings = site.settings();
    this.uids = new ExecutorUids(settings.firstUid(), settings.uidCount(), site.host().uid());
    this.reach = new Reach(settings.image(), site.translator(), new Trials(site, workers, beats));
    this.channels = new ChannelChoice(site, reach);
    channels.sweep();
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
      Site.requireSuitable(facts, settings.ociRuntime());
      ImageCheck.require(engine, settings.image(), settings.pull());
      HostIdentity host = HostIdentity.current();
      Optional<OwnContainer> ownContainer = OwnContainer.find(engine);
      Owner owner = Owner.current(ownContainer.map(OwnContainer::id));
      Orphans.sweep(engine, owner);
      PathTranslator translator =
          settings
              .translator()
              .orElseGet(() -> EngineDiagnosis.Paths.found(ownContainer).translator());
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
          translator.roots().isEmpty() ? "all" : translator.roots());
      return new DockerBackend(new Site(settings, engine, facts, host, owner, translator));
    } catch (IOException e) {
      engine.close();
      throw EngineFailures.of(e, engine.host(), "be used: /proc can't be read");
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
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
              site.ownKernel()
                  ? "let "
                      + site.settings().ociRuntime().orElse("runsc")
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
    SandboxMaking making = new SandboxMaking(spec, site, uids, workers);
    try {
      DockerSandbox sandbox = making.sandbox(provenBinds(spec.profile()), channels.socketParent());
      living.add(sandbox);
      sandbox.onDestroyed(() -> living.remove(sandbox));
      return sandbox;
    } catch (RuntimeException | IOException | LinkageError e) {
      throw making.failed(e);
    }
  }

  /**
   * A mount is looked through each time, since it may have changed; where it leads is proven once.
   */
  private List<ContainerPlan.Bind> provenBinds(SandboxProfile profile) {
    profile.mounts().forEach(MountCheck::require);
    return proven.computeIfAbsent(profile.mounts(), reach::binds);
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
    site.engine().close();
  }
}
