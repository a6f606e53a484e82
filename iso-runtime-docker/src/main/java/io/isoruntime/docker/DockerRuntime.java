package io.isoruntime.docker;

import static java.util.Objects.requireNonNull;

import io.isoruntime.Control;
import io.isoruntime.IsoException;
import io.isoruntime.PathTranslator;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.Settings;
import io.isoruntime.supervisor.SupervisedRuntime;
import io.isoruntime.supervisor.SupervisorConfig;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Runtime} whose sandboxes are sibling containers of a Docker engine: the engine of this
 * host, the one whose socket is mounted into the container that this process is in, or one that is
 * reached over TLS.
 *
 * <p>Every protection is in force with the engine's own OCI runtime. Under gVisor ({@link
 * Builder#ociRuntime}) the kernel is the sandbox's own, but where runsc ignores cgroups nothing
 * limits memory, processes and CPU of all together: these must then be waived by name with {@link
 * Builder#allowDegraded}, or every execution is {@linkplain io.isoruntime.Outcome.Refused refused}.
 *
 * <p>Whoever may use an engine's socket is root on its host. Generated code never gets near it.
 */
public final class DockerRuntime {
  private DockerRuntime() {}

  /** Begins a runtime with the image that the environment names ({@code PY_CODE_EXEC_IMAGE}). */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the configuration. Not thread-safe. */
  public static final class Builder {
    private @Nullable String image;
    private PullPolicy pull = PullPolicy.NEVER;
    private @Nullable String engine;
    private @Nullable String ociRuntime;
    private DockerChannel channel = DockerChannel.AUTO;
    private @Nullable PathTranslator translator;
    private long firstUid = ExecutorSettings.UID;
    private int uidCount = 256;
    private long gid = ExecutorSettings.GID;
    private SandboxProfile profile = SandboxProfile.defaults();
    private final Set<String> preloads = new LinkedHashSet<>();
    private final Set<Control> waived = EnumSet.noneOf(Control.class);
    private Path workspaceRoot = SupervisorConfig.defaultWorkspaceRoot();
    private @Nullable Executor toolExecutor;
    private int warmSandboxes;

    private Builder() {}

    /**
     * The image of sandboxes; it must be built FROM this library's, or with its Dockerfile.
     *
     * @throws IllegalArgumentException if it is blank
     */
    public Builder image(String image) {
      if (image.isBlank()) {
        throw new IllegalArgumentException("The image's name must not be blank.");
      }
      this.image = image;
      return this;
    }

    /** Whether a missing image is fetched; by default it is not. */
    public Builder pull(PullPolicy policy) {
      this.pull = requireNonNull(policy);
      return this;
    }

    /**
     * The engine's address, such as {@code unix:///var/run/docker.sock} or {@code
     * tcp://engine:2376}; by default DOCKER_HOST's. DOCKER_TLS_VERIFY and DOCKER_CERT_PATH hold.
     */
    public Builder engine(String address) {
      this.engine = requireNonNull(address);
      return this;
    }

    /** An OCI runtime that the engine is configured with, such as {@code runsc}. */
    public Builder ociRuntime(String name) {
      this.ociRuntime = requireNonNull(name);
      return this;
    }

    /** How sandboxes and supervisor talk; by default it is found out. */
    public Builder channel(DockerChannel channel) {
      this.channel = requireNonNull(channel);
      return this;
    }

    /**
     * The names that the engine's host has for paths of this process. By default they come from the
     * HOST_* variables ({@link Settings#pathTranslator()}), else from the mounts of the container
     * that this process is in, else they are the same.
     */
    public Builder pathTranslator(PathTranslator translator) {
      this.translator = requireNonNull(translator);
      return this;
    }

    /**
     * The user ids of executors; concurrent sandboxes of an engine never share one.
     *
     * @param first the lowest, from 1; by default 1001
     * @param count how many, which bounds the concurrent sandboxes of the engine; by default 256
     * @throws IllegalArgumentException if the range holds root or is empty
     */
    public Builder executorUids(long first, int count) {
      if (first < 1 || count < 1 || first + count > 0xFFFFFFF0L) {
        throw new IllegalArgumentException(
            "The user ids of executors must be above 0 and below 4294967280: "
                + first
                + " and "
                + count
                + " of them.");
      }
      this.firstUid = first;
      this.uidCount = count;
      return this;
    }

    /**
     * The group id of executors; by default 1000.
     *
     * @throws IllegalArgumentException if it is not above 0
     */
    public Builder executorGid(long gid) {
      if (gid < 1 || gid > 0xFFFFFFF0L) {
        throw new IllegalArgumentException("The group id of executors must be above 0: " + gid);
      }
      this.gid = gid;
      return this;
    }

    /** The sandboxes' resources. */
    public Builder profile(SandboxProfile profile) {
      this.profile = requireNonNull(profile);
      return this;
    }

    /** Modules that are imported before the program's clock starts; adds to the profile's. */
    public Builder preload(String... modules) {
      preloads.addAll(List.of(modules));
      return this;
    }

    /** Controls that may be missing; each result's isolation report names those that were. */
    public Builder allowDegraded(Control... controls) {
      waived.addAll(List.of(controls));
      return this;
    }

    /** Where new workspaces are created. */
    public Builder workspaceRoot(Path directory) {
      this.workspaceRoot = requireNonNull(directory);
      return this;
    }

    /**
     * How many sandboxes are kept ready, isolated and attested, so that a program starts at once;
     * by default none. Each serves one execution. They are made in the background, one at a time,
     * and renewed after ten minutes; when none is ready, a program waits for a new one. What each
     * costs is an idle interpreter with what it preloads. None is kept where the profile has
     * mounts.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder warmSandboxes(int count) {
      if (count < 0) {
        throw new IllegalArgumentException("There can't be " + count + " warm sandboxes.");
      }
      this.warmSandboxes = count;
      return this;
    }

    /** Runs tool handlers, instead of threads of the runtime's own. */
    public Builder toolExecutor(Executor executor) {
      this.toolExecutor = requireNonNull(executor);
      return this;
    }

    /**
     * Checks engine and image, removes what dead runtimes left on the engine, and makes the
     * runtime.
     *
     * @throws IsoException if engine or image can't be used, or a control can't be waived; the
     *     problem says what to do
     */
    public Runtime build() {
      Set<String> modules = new LinkedHashSet<>(profile.preloads());
      modules.addAll(preloads);
      SandboxProfile complete =
          profile.toBuilder().preloads(modules.toArray(String[]::new)).build();
      SupervisorConfig config =
          new SupervisorConfig(
              complete, waived, workspaceRoot, Optional.ofNullable(toolExecutor), warmSandboxes);
      DockerSettings settings =
          new DockerSettings(
              image != null ? image : Settings.fromEnvironment().image(),
              pull,
              Optional.ofNullable(engine),
              Optional.ofNullable(ociRuntime),
              channel,
              Optional.ofNullable(translator),
              firstUid,
              uidCount,
              gid,
              config.waived(),
              workspaceRoot);
      return new SupervisedRuntime(DockerBackend.open(settings), config);
    }
  }
}
