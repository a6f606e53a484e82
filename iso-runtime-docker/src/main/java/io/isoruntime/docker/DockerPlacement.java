package io.isoruntime.docker;

import static java.util.Objects.requireNonNull;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.Settings;
import io.isoruntime.supervisor.local.HostIdentity;
import io.isoruntime.toolhost.HostLaunch;
import io.isoruntime.toolhost.HostProcess;
import io.isoruntime.toolhost.Placement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs tool hosts as sibling containers of a Docker engine: with the network that they are given,
 * the bundles mounted read-only beneath {@code AGENTIC_BUNDLES_ROOT}, and the knowledge base's
 * storage, where {@code HOST_KB_STORAGE_PATH} names it, at {@code /kdcube-storage}.
 *
 * <p>Environment variables of bundles are sent over the container's standard input; the engine does
 * not know them. A container ends and is removed when its tool host is closed, and when this JVM
 * ends, however that comes.
 *
 * <p>Immutable and thread-safe.
 */
public final class DockerPlacement implements Placement {
  private static final String KB_STORAGE = "/kdcube-storage";

  private final Settings settings;
  private final String image;
  private final String network;
  private final Optional<String> engine;
  private final Optional<PathTranslator> translator;
  private final Optional<String> user;
  private final long memoryBytes;
  private final long processes;
  private final Map<String, ContainerPlan.Bind> mounts;

  private DockerPlacement(Builder builder) {
    settings = builder.settings != null ? builder.settings : Settings.fromEnvironment();
    image = builder.image != null ? builder.image : settings.image();
    network = builder.network != null ? builder.network : settings.networkMode();
    engine = Optional.ofNullable(builder.engine);
    translator = Optional.ofNullable(builder.translator);
    user = Optional.ofNullable(builder.user);
    memoryBytes = builder.memoryBytes;
    processes = builder.processes;
    mounts = new LinkedHashMap<>(builder.mounts);
  }

  /** Begins a placement with image and network that the environment names. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public HostProcess start(HostLaunch launch) {
    Engine connected = Engine.at(engine);
    try {
      Site.requireSuitable(connected.facts(), Optional.empty());
      Optional<OwnContainer> own = OwnContainer.find(connected);
      Owner owner = Owner.current(own.map(OwnContainer::id));
      Orphans.sweep(connected, owner);
      PathTranslator paths =
          translator.orElseGet(() -> EngineDiagnosis.Paths.found(own).translator());
      Map<Path, String> names = new LinkedHashMap<>();
      List<ContainerPlan.Bind> binds = new ArrayList<>();
      for (Path bundle : launch.bundles()) {
        String target = settings.bundlesRoot().resolve(bundle.getFileName()).toString();
        names.put(bundle, target);
        binds.add(bind(paths, bundle, target, true));
      }
      mounts.forEach(
          (target, mount) ->
              binds.add(bind(paths, Path.of(mount.source()), target, mount.readOnly())));
      settings
          .hostKbStoragePath()
          .filter(host -> !mounts.containsKey(KB_STORAGE))
          .ifPresent(host -> binds.add(new ContainerPlan.Bind(host.toString(), KB_STORAGE, true)));
      return ToolHostContainer.start(
          connected,
          new ToolHostPlan(
              image,
              network,
              user.orElseGet(DockerPlacement::ourUser),
              memoryBytes,
              processes,
              binds,
              settings.bundlesRoot().toString(),
              launch.arguments(),
              owner.toolHostLabels()),
          names);
    } catch (IOException e) {
      connected.close();
      throw EngineFailures.of(e, connected.host(), "be used: /proc can't be read");
    } catch (RuntimeException e) {
      connected.close();
      throw e;
    }
  }

  private static ContainerPlan.Bind bind(
      PathTranslator paths, Path source, String target, boolean readOnly) {
    try {
      return new ContainerPlan.Bind(paths.toHost(source.toRealPath()).toString(), target, readOnly);
    } catch (IOException e) {
      throw new IsoException(
          new Problem(
              ErrorCode.MOUNT_REFUSED,
              "What is to be mounted can't be read: " + source + " (" + e.getMessage() + ").",
              "There is no tool host.",
              "Name a directory that exists and that this process may read."),
          e);
    }
  }

  /** What this process may read, its tool host may read. */
  private static String ourUser() {
    try {
      HostIdentity identity = HostIdentity.current();
      return identity.uid() + ":" + identity.gid();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Collects the configuration. Not thread-safe. */
  public static final class Builder {
    private @Nullable Settings settings;
    private @Nullable String image;
    private @Nullable String network;
    private @Nullable String engine;
    private @Nullable PathTranslator translator;
    private @Nullable String user;
    private long memoryBytes;
    private long processes = 1024;
    private final Map<String, ContainerPlan.Bind> mounts = new LinkedHashMap<>();

    private Builder() {}

    /** Settings other than this process's environment. */
    public Builder settings(Settings settings) {
      this.settings = requireNonNull(settings);
      return this;
    }

    /** An image with Python 3.9 or newer as {@code python3}; by default that of sandboxes. */
    public Builder image(String image) {
      this.image = requireNonNull(image);
      return this;
    }

    /**
     * The engine's network mode: {@code host}, {@code bridge}, {@code none}, {@code container:ID}
     * or a network's name; by default {@code PY_CODE_EXEC_NETWORK_MODE}, else {@code host}.
     */
    public Builder network(String mode) {
      this.network = requireNonNull(mode);
      return this;
    }

    /** The engine's address; by default DOCKER_HOST's. */
    public Builder engine(String address) {
      this.engine = requireNonNull(address);
      return this;
    }

    /**
     * The names that the engine's host has for paths of this process; by default as in {@link
     * DockerRuntime.Builder#pathTranslator}.
     */
    public Builder pathTranslator(PathTranslator translator) {
      this.translator = requireNonNull(translator);
      return this;
    }

    /** User and group, such as {@code 1000:1000}; by default those of this process. */
    public Builder user(String userAndGroup) {
      this.user = requireNonNull(userAndGroup);
      return this;
    }

    /**
     * A limit of the memory of all calls together; by default there is none.
     *
     * @param bytes at least 32 MiB
     */
    public Builder memory(long bytes) {
      if (bytes < 32L << 20) {
        throw new IllegalArgumentException("A tool host needs at least 32 MiB, not " + bytes);
      }
      this.memoryBytes = bytes;
      return this;
    }

    /**
     * A limit of processes and threads of all calls together.
     *
     * @param count at least 16, by default 1024
     */
    public Builder processes(long count) {
      if (count < 16) {
        throw new IllegalArgumentException("A tool host needs at least 16 processes, not " + count);
      }
      this.processes = count;
      return this;
    }

    /**
     * Shows a directory of this process to the tools.
     *
     * @param source absolute
     * @param target absolute, in the container; {@code /kdcube-storage} replaces that of the
     *     environment
     */
    public Builder mount(Path source, String target, boolean readOnly) {
      if (!source.isAbsolute() || !target.startsWith("/")) {
        throw new IllegalArgumentException(
            "A mount's source and target must be absolute: " + source + ", " + target);
      }
      mounts.put(target, new ContainerPlan.Bind(source.toString(), target, readOnly));
      return this;
    }

    /**
     * Makes the placement; no engine is asked yet.
     *
     * @throws IsoException if a variable of the environment is malformed
     */
    public DockerPlacement build() {
      return new DockerPlacement(this);
    }
  }
}
