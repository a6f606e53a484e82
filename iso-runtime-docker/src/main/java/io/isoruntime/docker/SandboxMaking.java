package io.isoruntime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.local.ChannelSocket;
import io.isoruntime.supervisor.spi.Protocol;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The making of one sandbox; what it holds is released when it fails. For one thread. */
final class SandboxMaking {
  private static final Logger LOG = LoggerFactory.getLogger(SandboxMaking.class);
  private static final long[] LOOK_AGAIN_SECONDS = {5, 30, 120};

  private final Site site;
  private final Engine engine;
  private final ExecutorUids uids;
  private final Executor workers;
  private final SandboxSpec spec;
  private final long createdSeconds = System.currentTimeMillis() / 1000 - 1;
  private final Map<String, String> labels;
  private @Nullable ContainerPlan plan;
  private @Nullable String id;
  private @Nullable AttachedStream attached;
  private @Nullable ChannelSocket door;

  SandboxMaking(SandboxSpec spec, Site site, ExecutorUids uids, Executor workers) {
    this.spec = spec;
    this.site = site;
    this.engine = site.engine();
    this.uids = uids;
    this.workers = workers;
    this.labels =
        site.owner()
            .labels(spec.id(), System.currentTimeMillis() / 1000 + spec.lifetime().toSeconds());
  }

  /**
   * Makes it.
   *
   * @param mounts what the profile shows, proven
   * @param socketParent where the socket goes, or empty for the attached channel
   */
  DockerSandbox sandbox(List<ContainerPlan.Bind> mounts, Optional<Path> socketParent)
      throws IOException {
    List<ContainerPlan.Bind> binds = new ArrayList<>(mounts);
    if (socketParent.isPresent()) {
      ChannelSocket opened = ChannelSocket.open(socketParent.get());
      door = opened;
      binds.add(
          new ContainerPlan.Bind(
              site.translator().toHost(opened.directory()).toString(),
              ContainerPlan.SOCKET_DIRECTORY,
              true));
    }
    Engine.Created created = create(binds);
    String container = created.id();
    ContainerPlan made = java.util.Objects.requireNonNull(plan);
    ContainerCheck.requireNoWarnings(created.warnings(), site.settings().waived());
    InspectContainerResponse inspected = engine.inspect(container);
    ContainerCheck.requireAsPlanned(inspected, made);
    AttachedStream stream = engine.attach(container);
    attached = stream;
    engine.start(container);
    tell(stream, made);
    DockerSandbox sandbox = connect(container, inspected.getImageId(), stream, made);
    sandbox.onDestroyed(() -> uids.free(made.uid()));
    LOG.info(
        "execution {}: container {} ({}), executor uid {}, channel {}",
        spec.id(),
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
      ContainerPlan tried = site.plan(uid.getAsLong(), spec.profile(), binds, labels);
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
    byte[] launch = LaunchSpec.json(made, door != null, spec.ahead());
    OutputStream out = stream.toContainer();
    out.write(Protocol.launch(launch, spec.token().secret()));
    out.flush();
  }

  private DockerSandbox connect(
      String container, String imageId, AttachedStream stream, ContainerPlan made)
      throws IOException {
    if (door == null) {
      return DockerSandbox.attached(
          container,
          new DockerSandbox.Image(made.image(), imageId),
          createdSeconds,
          engine,
          site.hostFacts(made),
          stream,
          spec.token(),
          workers);
    }
    try (ChannelSocket opened = door) {
      stream.onEnd(opened::expectNobody);
      AFUNIXSocket socket =
          opened.accept(site.initPid(container), site.initUid(), spec.startTime());
      return DockerSandbox.over(
          socket,
          container,
          new DockerSandbox.Image(made.image(), imageId),
          createdSeconds,
          engine,
          site.hostFacts(made),
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
      workers.execute(() -> removeAll(unanswered ? LOOK_AGAIN_SECONDS : new long[0], made));
    }
    return typed;
  }

  private IsoException typed(Throwable failure) {
    if (failure instanceof IsoException typed) {
      return typed;
    }
    String words = attached == null ? "" : attached.lastWords();
    if (attached != null && attached.hasEnded()) {
      return new IsoException(EngineFailures.neverSpoke(site.settings().image(), words), failure);
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
  private void removeAll(long[] again, ContainerPlan made) {
    try {
      if (id != null) {
        new Removal(engine, id).untilGone();
      }
      lookFor(made, again);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the runtime closes; the next one sweeps
    }
  }

  /** No thread waits meanwhile: a runtime that closes leaves the rest to the next one's sweep. */
  private void lookFor(ContainerPlan made, long[] again) throws InterruptedException {
    removeLabelled();
    if (again.length == 0) {
      uids.free(made.uid());
      return;
    }
    CompletableFuture.delayedExecutor(again[0], TimeUnit.SECONDS, workers)
        .execute(
            () -> {
              try {
                lookFor(made, Arrays.copyOfRange(again, 1, again.length));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private void removeLabelled() throws InterruptedException {
    for (long pause = 100; ; pause = Math.min(2 * pause, 10_000)) {
      try {
        engine
            .labelledSometime(Owner.EXECUTION + "=" + spec.id())
            .forEach(left -> new Removal(engine, left.getId()).untilGone());
        return;
      } catch (IsoException e) {
        LOG.warn(
            "execution {}: its container can't be looked for yet: {}", spec.id(), e.getMessage());
      }
      Thread.sleep(pause);
    }
  }
}
