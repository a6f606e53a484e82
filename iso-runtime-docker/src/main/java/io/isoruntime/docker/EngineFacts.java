package io.isoruntime.docker;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an engine says of itself.
 *
 * @param version such as {@code 20.10.24}
 * @param apiVersion the newest that it speaks, such as {@code 1.41}
 * @param kernel its host's kernel release
 * @param cgroupVersion {@code 1} or {@code 2}
 * @param remapsUsers whether containers have user namespaces of their own
 * @param security its security options, such as {@code name=seccomp,profile=default}
 * @param runtimes OCI runtimes, name to path
 * @param usualRuntime the one that is taken where none is named
 */
record EngineFacts(
    String version,
    String apiVersion,
    String kernel,
    String cgroupVersion,
    boolean remapsUsers,
    List<String> security,
    Map<String, String> runtimes,
    String usualRuntime) {

  static EngineFacts of(Version version, Info info) {
    List<String> security = Optional.ofNullable(info.getSecurityOptions()).orElse(List.of());
    Map<String, String> runtimes = new java.util.TreeMap<>();
    if (info.getRuntimes() != null) {
      info.getRuntimes()
          .forEach((name, runtime) -> runtimes.put(name, String.valueOf(runtime.getPath())));
    }
    return new EngineFacts(
        String.valueOf(version.getVersion()),
        String.valueOf(version.getApiVersion()),
        String.valueOf(info.getKernelVersion()),
        Optional.ofNullable(info.getCGroupVersion()).orElse("1"),
        security.stream().anyMatch(option -> option.contains("name=userns")),
        List.copyOf(security),
        Map.copyOf(runtimes),
        info.getRawValues().get("DefaultRuntime") instanceof String usual ? usual : "runc");
  }

  /** Whether the API is at least this version. */
  boolean speaks(int major, int minor) {
    String[] parts = apiVersion.split("\\.");
    try {
      int theirs = Integer.parseInt(parts[0]);
      return theirs > major || (theirs == major && Integer.parseInt(parts[1]) >= minor);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return false;
    }
  }
}
