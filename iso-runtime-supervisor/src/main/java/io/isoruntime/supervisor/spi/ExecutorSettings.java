package io.isoruntime.supervisor.spi;

import io.isoruntime.SandboxProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What every back-end tells init to give the executor: pure functions of the profile. */
public final class ExecutorSettings {
  /** The executor's user id inside, where there is no need for another. */
  public static final long UID = 1001;

  /** The executor's group id inside. */
  public static final long GID = 1000;

  private ExecutorSettings() {}

  /**
   * The names that the executor's environment may hold, and their values.
   *
   * @param path the value of PATH
   */
  public static Map<String, String> environment(String path, SandboxProfile profile) {
    String threads = Long.toString(Math.max(1, Math.round(profile.cpus())));
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", path);
    environment.put("HOME", "/tmp");
    environment.put("TMPDIR", "/tmp");
    environment.put("LANG", "C.UTF-8");
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("PYTHONPATH", "/workspace/pkg:/workspace/lib");
    environment.put("PYTHONUTF8", "1");
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    environment.put("MPLBACKEND", "Agg");
    environment.put("MPLCONFIGDIR", "/tmp/matplotlib");
    // Numeric libraries start a thread for each core of the host unless told otherwise.
    environment.put("OMP_NUM_THREADS", threads);
    environment.put("OPENBLAS_NUM_THREADS", threads);
    environment.put("MKL_NUM_THREADS", threads);
    environment.put("OUTPUT_DIR", "/workspace/out");
    environment.put("WORKDIR", "/workspace/pkg");
    return environment;
  }

  /**
   * Soft and hard limits by name. Core files are off by limit 1, not 0: a piped core_pattern
   * ignores 0 (core(5)). The number of processes is the cgroup's matter: RLIMIT_NPROC counts a user
   * id across sandboxes.
   */
  public static Map<String, List<Long>> resourceLimits(SandboxProfile profile) {
    Map<String, List<Long>> limits = new LinkedHashMap<>();
    limits.put("NOFILE", both(profile.openFiles()));
    limits.put("FSIZE", both(profile.fileBytes()));
    limits.put("CORE", both(1));
    limits.put("MEMLOCK", both(64 * 1024));
    limits.put("MSGQUEUE", both(0));
    limits.put("SIGPENDING", both(256));
    limits.put("NICE", both(0));
    limits.put("RTPRIO", both(0));
    return limits;
  }

  private static List<Long> both(long limit) {
    return List.of(limit, limit);
  }
}
