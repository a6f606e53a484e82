package io.isoruntime.cli;

import io.isoruntime.SandboxProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a sandbox may use. */
final class ProfileOptions {
  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "512m",
      converter = ByteSize.class,
      description =
          "Memory of all its processes and files together, 32m to 1t (default: ${DEFAULT-VALUE}).")
  long memory;

  @Option(
      names = "--pids",
      paramLabel = "N",
      defaultValue = "64",
      description = "Processes and threads at once, 4 to 100000 (default: ${DEFAULT-VALUE}).")
  int pids;

  @Option(
      names = "--cpus",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "CPU cores that it may keep busy, 0.01 to 1024, such as 0.5 (default:"
              + " ${DEFAULT-VALUE}).")
  double cpus;

  @Option(
      names = "--storage",
      paramLabel = "SIZE",
      converter = ByteSize.class,
      description =
          "Everything that it may write, 1m to half the memory (default: 256m, or half the memory"
              + " if that is less).")
  @Nullable Long storage;

  @Option(
      names = "--preload",
      paramLabel = "MODULE",
      split = ",",
      description =
          "Import this module before the program's clock starts. Repeatable, or separated by"
              + " commas.")
  List<String> preloads = new ArrayList<>();

  /**
   * Sets one value after the other, so that the first one out of its range is named as it was
   * typed. Memory goes first, since it bounds the storage.
   *
   * @throws UsageException if a value is out of its range
   */
  SandboxProfile profile() {
    SandboxProfile profile = SandboxProfile.defaults();
    profile =
        with("--memory", memory, profile, (any, b) -> SandboxProfile.builder().memoryBytes(b));
    // The largest single file follows the storage.
    profile = with("--storage", storage, profile, (to, b) -> to.storageBytes(b).fileBytes(b));
    profile = with("--pids", pids, profile, SandboxProfile.Builder::processes);
    profile = with("--cpus", cpus, profile, SandboxProfile.Builder::cpus);
    return with(
        "--preload", preloads, profile, (to, names) -> to.preloads(names.toArray(String[]::new)));
  }

  private static <T> SandboxProfile with(
      String flag,
      @Nullable T value,
      SandboxProfile profile,
      BiFunction<SandboxProfile.Builder, T, SandboxProfile.Builder> setter) {
    return value == null
        ? profile
        : UsageException.naming(flag, () -> setter.apply(profile.toBuilder(), value).build());
  }
}
