package io.isoruntime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.CreateContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container engine, as far as sandboxes need it. A call fails with a typed {@link IsoException}
 * that says what an operator can do. Each has a deadline, but for those that say that they wait for
 * an engine that is stopped. Thread-safe.
 */
final class Engine implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration MAKING = Duration.ofSeconds(60);
  private static final int MOST_STALE = 32;
  private static final int MAX_EVENTS = 256 * 1024;
  private static final List<String> NO_HEALTH_CHECK = List.of("NONE");

  private final URI host;
  private final DockerHttpClient http;
  private final DockerClient client;
  private final ExecutorService callers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "iso-engine-call");
            thread.setDaemon(true);
            return thread;
          });

  private Engine(DockerClientConfig config) {
    this.host = config.getDockerHost();
    // A response timeout would be one for the silence of a program, and over a Unix socket the
    // transport knows none: whoever asks keeps the time himself, below. Where none is set, the
    // transport takes that of connecting.
    this.http =
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .maxConnections(1_000)
            .connectionTimeout(CONNECT)
            .responseTimeout(Duration.ofDays(1))
            .build();
    this.client = DockerClientImpl.getInstance(config, http);
  }

  /**
   * Prepares a connection; nothing is sent yet.
   *
   * @param address such as {@code unix:///var/run/docker.sock} or {@code tcp://host:2376}; empty
   *     for DOCKER_HOST or the default. DOCKER_CERT_PATH and DOCKER_TLS_VERIFY hold either way
   */
  static Engine at(Optional<String> address) {
    try {
      DefaultDockerClientConfig.Builder config =
          DefaultDockerClientConfig.createDefaultConfigBuilder();
      address.ifPresent(config::withDockerHost);
      return new Engine(config.build());
    } catch (RuntimeException e) {
      throw new IsoException(
          new Problem(
              ErrorCode.SETTING_INVALID,
              "The engine's address or certificates can't be used: "
                  + address.or(() -> Optional.ofNullable(System.getenv("DOCKER_HOST"))).orElse("")
                  + (e instanceof NullPointerException ? "" : " (" + e.getMessage() + ")")
                  + ".",
              "No runtime was made.",
              "Set DOCKER_HOST to unix:///path or tcp://host:port, and with DOCKER_TLS_VERIFY=1"
                  + " DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and key.pem."),
          e);
    }
  }

  URI host() {
    return host;
  }

  /** Whether it listens on a Unix socket of this machine; its containers may still be elsewhere. */
  boolean isOnUnixSocket() {
    return host.getScheme().equals("unix");
  }

  EngineFacts facts() {
    return asked(
        "tell its version",
        () -> EngineFacts.of(client.versionCmd().exec(), client.infoCmd().exec()));
  }

  /** All that it says of itself; what sandboxes depend on is in {@link #facts()}. */
  Info info() {
    return asked("tell about itself", () -> client.infoCmd().exec());
  }

  /** The image's labels and configuration, if the engine has it. */
  Optional<InspectImageResponse> image(String name) {
    return asked(
        "inspect the image " + name,
        () -> {
          try {
            return Optional.of(client.inspectImageCmd(name).exec());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  /** Fetches an image from its registry; may take minutes. */
  void pull(String name) {
    try {
      if (!client.pullImageCmd(name).start().awaitCompletion(30, TimeUnit.MINUTES)) {
        throw EngineFailures.of(new TimeoutException(), host, "pull the image " + name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw EngineFailures.of(e, host, "pull the image " + name);
    } catch (RuntimeException e) {
      throw EngineFailures.of(e, host, "pull the image " + name);
    }
  }

  /**
   * What came of creating a container.
   *
   * @param id its id
   * @param warnings what the engine said beside
   */
  record Created(String id, List<String> warnings) {}

  /** Creates a sandbox's container; its entry point is the image's; empty if its name is taken. */
  Optional<Created> create(
      String image,
      Optional<String> name,
      HostConfig hostConfig,
      Map<String, String> labels,
      List<String> command) {
    CreateContainerCmd create =
        attachable(image, hostConfig, labels)
            .withHostName(ContainerPlan.HOSTNAME)
            .withNetworkDisabled(true)
            .withUser("0:0");
    name.ifPresent(create::withName);
    if (!command.isEmpty()) {
      create.withEntrypoint(command);
    }
    return created(create, image);
  }

  /** Creates a tool host's container. */
  Created create(ToolHostPlan plan) {
    CreateContainerCmd create =
        attachable(plan.image(), plan.hostConfig(), plan.labels())
            .withUser(plan.user())
            .withEnv(plan.environment())
            .withEntrypoint(plan.command());
    return created(create, plan.image()).orElseThrow(); // it has no name that could be taken
  }

  private CreateContainerCmd attachable(
      String image, HostConfig hostConfig, Map<String, String> labels) {
    return client
        .createContainerCmd(image)
        .withHostConfig(hostConfig)
        .withHealthcheck(new HealthCheck().withTest(NO_HEALTH_CHECK))
        .withStdinOpen(true)
        .withStdInOnce(true)
        .withAttachStdin(true)
        .withAttachStdout(true)
        .withAttachStderr(true)
        .withTty(false)
        .withWorkingDir("/")
        .withLabels(labels);
  }

  private Optional<Created> created(CreateContainerCmd create, String image) {
    return asked(
        "create a container",
        MAKING,
        () -> {
          dropStaleConnections();
          try {
            CreateContainerResponse made = create.exec();
            String[] warnings = made.getWarnings();
            return Optional.of(
                new Created(made.getId(), warnings == null ? List.of() : Arrays.asList(warnings)));
          } catch (ConflictException e) {
            return Optional.empty();
          } catch (NotFoundException e) {
            throw imageMissing(image, e);
          }
        },
        late -> late.ifPresent(created -> remove(created.id())));
  }

  /**
   * Connections are kept for the next call, and an engine that was restarted knows nothing of them.
   * That shows when they are used: so with a harmless call, not with one that must not be repeated.
   */
  private void dropStaleConnections() {
    for (int attempt = 1; ; attempt++) {
      try {
        client.pingCmd().exec();
        return;
      } catch (RuntimeException e) {
        if (e instanceof DockerException || attempt == MOST_STALE) {
          throw e;
        }
      }
    }
  }

  static IsoException imageMissing(String image, Throwable cause) {
    return new IsoException(
        new Problem(
            ErrorCode.IMAGE_MISSING,
            "The engine has no image " + image + ".",
            "No sandbox can be made.",
            "Build it with build/image.sh --tag "
                + image
                + ", pull it with docker pull "
                + image
                + ", or name another one with PY_CODE_EXEC_IMAGE or --image."),
        cause);
  }

  InspectContainerResponse inspect(String id) {
    return asked("inspect the container " + id, () -> client.inspectContainerCmd(id).exec());
  }

  /** Inspects a container that may be gone, or may never have been one. */
  Optional<InspectContainerResponse> find(String id) {
    return asked(
        "inspect the container " + id,
        () -> {
          try {
            return Optional.of(client.inspectContainerCmd(id).exec());
          } catch (NotFoundException e) {
            return Optional.empty();
          }
        });
  }

  AttachedStream attach(String id) {
    return asked(
        "attach to a container",
        ANSWER,
        () -> {
          try {
            return AttachedStream.open(http, id);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        AttachedStream::close);
  }

  void start(String id) {
    asked(
        "start a container",
        MAKING,
        () -> {
          client.startContainerCmd(id).exec();
          return "";
        },
        late -> {});
  }

  /**
   * Kills and removes a container, and waits until it is gone: as long as it takes an engine that
   * is stopped to go on.
   */
  void remove(String id) {
    try {
      try {
        client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec();
      } catch (NotFoundException | NotModifiedException e) {
        return;
      } catch (ConflictException e) {
        LOG.debug("the container {} is being removed already", id);
      }
      awaitRemoval(id);
    } catch (RuntimeException e) {
      throw EngineFailures.of(e, host, "remove the container " + id);
    }
  }

  /** The same, but not for ever: for those who have something else to do. */
  void removeInTime(String id) {
    asked(
        "remove the container " + id,
        () -> {
          remove(id);
          return "";
        });
  }

  private void awaitRemoval(String id) {
    try (DockerHttpClient.Response response =
        http.execute(
            DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.POST)
                .path("/containers/" + id + "/wait?condition=removed")
                .build())) {
      response.getBody().readNBytes(4096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    client.listContainersCmd().withShowAll(true).withIdFilter(List.of(id)).exec().stream()
        .findAny()
        .ifPresent(
            left -> {
              throw new IllegalStateException("the container " + id + " is still there");
            });
  }

  /** All containers, running or not, that bear this label, or this value of it. */
  List<Container> labelled(String label) {
    return asked("list containers", () -> listed(label));
  }

  /** The same, but waits for an engine that is stopped to go on. */
  List<Container> labelledSometime(String label) {
    try {
      return listed(label);
    } catch (RuntimeException e) {
      throw EngineFailures.of(e, host, "list containers");
    }
  }

  private List<Container> listed(String label) {
    return client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(label)).exec();
  }

  /**
   * The engine's record of a container's life since its creation, also after its removal.
   *
   * @param action such as {@code oom} or {@code die}
   */
  boolean recorded(String id, String action, long sinceSeconds) {
    String filters = "{\"container\":[\"" + id + "\"],\"event\":[\"" + action + "\"]}";
    String query =
        "/events?since="
            + sinceSeconds
            + "&until="
            + now()
            + "&filters="
            + java.net.URLEncoder.encode(filters, StandardCharsets.UTF_8);
    return asked(
        "tell its events",
        () -> {
          try (DockerHttpClient.Response response =
              http.execute(
                  DockerHttpClient.Request.builder()
                      .method(DockerHttpClient.Request.Method.GET)
                      .path(query)
                      .build())) {
            InputStream body = response.getBody();
            return response.getStatusCode() == 200
                && new String(body.readNBytes(MAX_EVENTS), StandardCharsets.UTF_8).contains(id);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** In the form of the engine's clock; one in the future would keep the answer waiting. */
  private static String now() {
    Instant now = Instant.now();
    return now.getEpochSecond() + "." + String.format(Locale.ROOT, "%09d", now.getNano());
  }

  private <T> T asked(String what, Supplier<T> call) {
    return asked(what, ANSWER, call, late -> {});
  }

  /**
   * Asks, and waits so long.
   *
   * @param late what to do with an answer that comes when nobody waits for it any more
   */
  private <T> T asked(String what, Duration patience, Supplier<T> call, Consumer<T> late) {
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(call, callers);
    try {
      return Objects.requireNonNull(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw EngineFailures.of(Objects.requireNonNullElse(e.getCause(), e), host, what);
    } catch (TimeoutException e) {
      giveUp(answer, what, late);
      throw EngineFailures.of(e, host, what);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(answer, what, late);
      throw EngineFailures.of(e, host, what);
    }
  }

  private static <T> void giveUp(CompletableFuture<T> answer, String what, Consumer<T> late) {
    var unused =
        answer
            .thenAccept(late)
            .exceptionally(
                failure -> {
                  LOG.debug("too late to {}", what, failure);
                  return null;
                });
  }

  @Override
  public void close() {
    for (Closeable closeable : List.<Closeable>of(client, http)) {
      try {
        closeable.close();
      } catch (IOException e) {
        LOG.debug("closing the engine's connection", e);
      }
    }
    callers.shutdown();
    try {
      // Whoever still waits for an answer was cut off above.
      if (!callers.awaitTermination(CONNECT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("a call to the engine at {} does not end", host);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
