package io.isoruntime.subprocess;

import static java.util.Objects.requireNonNull;

import io.isoruntime.Control;
import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.SupervisedRuntime;
import io.isoruntime.supervisor.SupervisorConfig;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Runtime} on the Linux namespaces of this host; it needs no container engine.
 *
 * <p>As root every protection is in force. As an ordinary user memory, processes and CPU are
 * limited where the process runs in a delegated cgroup, and all processes of a sandbox share that
 * user's id: what is missing must be waived by name with {@link Builder#allowDegraded}, or every
 * execution is {@linkplain io.isoruntime.Outcome.Refused refused}.
 */
public final class SubprocessRuntime {
  private SubprocessRuntime() {}

  /** Begins a runtime with the interpreter {@code python3} of the PATH. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects the configuration. Not thread-safe. */
  public static final class Builder {
    private String interpreter = "python3";
    private SandboxProfile profile = SandboxProfile.defaults();
    private final Set<String> preloads = new LinkedHashSet<>();
    private final Set<Control> waived = EnumSet.noneOf(Control.class);
    private Path workspaceRoot = SupervisorConfig.defaultWorkspaceRoot();
    private @Nullable Executor toolExecutor;
    private int warmSandboxes;

    private Builder() {}

    /** The interpreter or virtual environment's Python, 3.9 or later: a path, or a name on PATH. */
    public Builder interpreter(String pathOrName) {
      this.interpreter = requireNonNull(pathOrName);
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
     * Checks the host and makes the runtime.
     *
     * @throws IsoException if the interpreter can't be used, or a control can't be waived
     */
    public Runtime build() {
      Set<String> modules = new LinkedHashSet<>(profile.preloads());
      modules.addAll(preloads);
      SandboxProfile complete =
          profile.toBuilder().preloads(modules.toArray(String[]::new)).build();
      SupervisorConfig config =
          new SupervisorConfig(
              complete, waived, workspaceRoot, Optional.ofNullable(toolExecutor), warmSandboxes);
      return new SupervisedRuntime(SubprocessBackend.open(interpreter), config);
    }
  }
}
