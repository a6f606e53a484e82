package io.isoruntime.docker;

import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.Token;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.AFUNIXSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sandbox in a container. Whatever happens, its end is the container's removal by the engine,
 * tried until it succeeds; init ends by itself when its channel does.
 */
final class DockerSandbox implements Sandbox {
  private static final Logger LOG = LoggerFactory.getLogger(DockerSandbox.class);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final long RECORD_MILLIS = 1_000;
  private static final long DEATH_MILLIS = 300;
  private static final long PAUSE_MILLIS = 25;

  private final String id;
  private final Image image;
  private final long createdSeconds;
  private final Engine engine;
  private final HostFacts facts;
  private final AttachedStream attached;
  private final Channel channel;
  private final Executor removers;
  private final CompletableFuture<Void> destroyed = new CompletableFuture<>();
  private boolean destroying;

  /** The name by which it was made, and what that stood for. */
  record Image(String name, String id) {}

  /** The two streams, and what else is to be closed and done with them. */
  private record Channel(
      String name,
      InputStream in,
      OutputStream out,
      Optional<SealedOutput> sealed,
      Closeable closeable) {

    static Channel attached(AttachedStream stream, Token token) {
      SealedOutput out = new SealedOutput(stream.input(), token);
      return new Channel(
          "attached",
          new SealedInput(stream.fromContainer(), token),
          out,
          Optional.of(out),
          () -> {});
    }

    static Channel over(AFUNIXSocket socket) throws IOException {
      return new Channel(
          "unix-socket",
          socket.getInputStream(),
          socket.getOutputStream(),
          Optional.empty(),
          socket);
    }
  }

  private DockerSandbox(
      String id,
      Image image,
      long createdSeconds,
      Engine engine,
      HostFacts facts,
      AttachedStream attached,
      Channel channel,
      Executor removers) {
    this.id = id;
    this.image = image;
    this.createdSeconds = createdSeconds;
    this.engine = engine;
    this.facts = facts;
    this.attached = attached;
    this.channel = channel;
    this.removers = removers;
  }

  static DockerSandbox attached(
      String id,
      Image image,
      long createdSeconds,
      Engine engine,
      HostFacts facts,
      AttachedStream stream,
      Token token,
      Executor removers) {
    return new DockerSandbox(
        id,
        image,
        createdSeconds,
        engine,
        facts,
        stream,
        Channel.attached(stream, token),
        removers);
  }

  static DockerSandbox over(
      AFUNIXSocket socket,
      String id,
      Image image,
      long createdSeconds,
      Engine engine,
      HostFacts facts,
      AttachedStream stream,
      Executor removers)
      throws IOException {
    return new DockerSandbox(
        id, image, createdSeconds, engine, facts, stream, Channel.over(socket), removers);
  }

  String id() {
    return id;
  }

  @Override
  public InputStream fromInit() {
    return channel.in();
  }

  @Override
  public OutputStream toInit() {
    return channel.out();
  }

  @Override
  public String channel() {
    return channel.name();
  }

  /** The engine detaches when the container ends. */
  @Override
  public boolean isAlive() {
    return !attached.hasEnded();
  }

  @Override
  public boolean isCurrent() {
    return engine.image(image.name()).filter(now -> image.id().equals(now.getId())).isPresent();
  }

  @Override
  public HostFacts hostFacts() {
    return facts;
  }

  /** Init counts, from inside: what the engine could tell comes once a second and costs as much. */
  @Override
  public Consumption consumption() {
    return Consumption.UNKNOWN;
  }

  /**
   * The engine's own record says whether the kernel killed for memory. An engine that is stopped
   * says nothing, and is not waited for.
   */
  @Override
  public Consumption lastConsumption() {
    boolean killed =
        CompletableFuture.supplyAsync(this::wasKilledForMemory, removers)
            .completeOnTimeout(false, RECORD_MILLIS, TimeUnit.MILLISECONDS)
            .join();
    return killed
        ? new Consumption(Optional.empty(), OptionalLong.empty(), 1, 0)
        : Consumption.UNKNOWN;
  }

  /** That the container ended by itself, by the engine's record, is the image's fault. */
  @Override
  public Optional<Problem> silentEnd() {
    boolean ended =
        CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return engine.recorded(id, "die", createdSeconds);
                  } catch (IsoException e) {
                    return false;
                  }
                },
                removers)
            .completeOnTimeout(false, RECORD_MILLIS, TimeUnit.MILLISECONDS)
            .join();
    return ended
        ? Optional.of(EngineFailures.neverSpoke(image.name(), attached.lastWords()))
        : Optional.empty();
  }

  private boolean wasKilledForMemory() {
    long start = System.nanoTime();
    long deadSince = 0;
    try {
      while (System.nanoTime() - start < RECORD_MILLIS * 1_000_000) {
        if (engine.recorded(id, "oom", createdSeconds)) {
          return true;
        }
        long now = System.nanoTime();
        if (deadSince == 0 && engine.recorded(id, "die", createdSeconds)) {
          deadSince = now;
        } else if (deadSince != 0 && now - deadSince > DEATH_MILLIS * 1_000_000) {
          return false; // its death is on record, and nothing else came
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IsoException e) {
      LOG.debug("the engine can't tell how the container {} ended", id, e);
    }
    return false;
  }

  /**
   * Once a second: a sign of life to init, and a look at whether the engine still passes any on.
   */
  void tick() {
    channel
        .sealed()
        .ifPresent(
            out -> {
              try {
                out.beat();
              } catch (IOException e) {
                LOG.trace("the container {} takes no more", id);
              }
              if (attached.silenceNanos() > SILENCE.toNanos()) {
                attached.fail(
                    "nothing has come through the engine for " + SILENCE.toSeconds() + " s");
              }
            });
  }

  void onDestroyed(Runnable action) {
    var unused = destroyed.whenComplete((done, failure) -> action.run());
  }

  @Override
  public CompletionStage<Void> destroy() {
    synchronized (this) {
      if (destroying) {
        return destroyed.copy();
      }
      destroying = true;
    }
    removers.execute(this::remove);
    return destroyed.copy();
  }

  private void remove() {
    closeQuietly(channel.closeable());
    attached.close();
    String words = attached.lastWords();
    if (!words.isEmpty()) {
      LOG.warn("the container {} said: {}", id, words);
    }
    try {
      new Removal(engine, id).untilGone();
      destroyed.complete(null);
    } catch (RuntimeException e) {
      destroyed.completeExceptionally(e);
    }
  }

  static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.debug("closing a channel", e);
    }
  }
}
