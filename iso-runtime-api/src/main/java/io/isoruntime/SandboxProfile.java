package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * What a sandbox is made of and may use. Fixed for a runtime; sandboxes of equal profiles are
 * interchangeable. Immutable, with value equality.
 *
 * @param memoryBytes memory of all the program's processes together, its files in the sandbox
 *     included; 32 MiB to 1 TiB
 * @param processes processes and threads of the program at once; 4 to 100 000
 * @param cpus CPU cores that the program may keep busy; 0.01 to 1 024
 * @param storageBytes everything that the program may write to files; 1 MiB to half the memory
 * @param storageInodes files and directories that it may have; 128 to 10 000 000
 * @param fileBytes largest single file; 4 KiB to 1 TiB
 * @param openFiles open descriptors of one process; 32 to 1 000 000
 * @param mounts host directories shown inside, none by default
 * @param preloads Python modules imported before the program's clock starts
 */
public record SandboxProfile(
    long memoryBytes,
    int processes,
    double cpus,
    long storageBytes,
    long storageInodes,
    long fileBytes,
    int openFiles,
    List<Mount> mounts,
    List<String> preloads) {
  private static final long MIB = 1024 * 1024;
  private static final long TIB = MIB * MIB;
  private static final SandboxProfile DEFAULTS = new Builder().build();

  /** Checks every range. */
  public SandboxProfile {
    Checks.range("memoryBytes", memoryBytes, 32 * MIB, TIB);
    Checks.range("processes", processes, 4, 100_000);
    if (!(cpus >= 0.01 && cpus <= 1024)) {
      throw new IllegalArgumentException("cpus must be from 0.01 to 1024, not " + cpus + ".");
    }
    Checks.range("storageBytes", storageBytes, MIB, TIB);
    if (storageBytes > memoryBytes / 2) {
      throw new IllegalArgumentException(
          "storageBytes ("
              + storageBytes
              + ") must be at most half of memoryBytes ("
              + memoryBytes
              + "), since files in the sandbox live in its memory.");
    }
    Checks.range("storageInodes", storageInodes, 128, 10_000_000);
    Checks.range("fileBytes", fileBytes, 4096, TIB);
    Checks.range("openFiles", openFiles, 32, 1_000_000);
    mounts = List.copyOf(mounts);
    preloads = List.copyOf(preloads);
    for (String module : preloads) {
      if (!module.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*")) {
        throw new IllegalArgumentException("Not the name of a Python module: '" + module + "'.");
      }
    }
  }

  /** 512 MiB memory, 64 processes, 1 CPU, 256 MiB storage in 16 384 files, 1 024 open files. */
  public static SandboxProfile defaults() {
    return DEFAULTS;
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.memoryBytes = memoryBytes;
    builder.processes = processes;
    builder.cpus = cpus;
    // What was derived is derived anew.
    builder.storageBytes = storageBytes == derivedStorage(memoryBytes) ? 0 : storageBytes;
    builder.storageInodes = storageInodes;
    builder.fileBytes = fileBytes == storageBytes ? 0 : fileBytes;
    builder.openFiles = openFiles;
    builder.mounts = mounts;
    builder.preloads = preloads;
    return builder;
  }

  private static long derivedStorage(long memoryBytes) {
    return Math.min(256 * MIB, memoryBytes / 2);
  }

  /** Collects a profile. Not thread-safe. */
  public static final class Builder {
    private long memoryBytes = 512 * MIB;
    private int processes = 64;
    private double cpus = 1;
    private long storageBytes;
    private long storageInodes = 16_384;
    private long fileBytes;
    private int openFiles = 1_024;
    private List<Mount> mounts = List.of();
    private List<String> preloads = List.of();

    private Builder() {}

    /** Sets {@link SandboxProfile#memoryBytes()}. */
    public Builder memoryBytes(long memoryBytes) {
      this.memoryBytes = memoryBytes;
      return this;
    }

    /** Sets {@link SandboxProfile#processes()}. */
    public Builder processes(int processes) {
      this.processes = processes;
      return this;
    }

    /** Sets {@link SandboxProfile#cpus()}. */
    public Builder cpus(double cpus) {
      this.cpus = cpus;
      return this;
    }

    /** Sets {@link SandboxProfile#storageBytes()}; 256 MiB or half the memory when not set. */
    public Builder storageBytes(long storageBytes) {
      this.storageBytes = storageBytes;
      return this;
    }

    /** Sets {@link SandboxProfile#storageInodes()}. */
    public Builder storageInodes(long storageInodes) {
      this.storageInodes = storageInodes;
      return this;
    }

    /** Sets {@link SandboxProfile#fileBytes()}; the storage when not set. */
    public Builder fileBytes(long fileBytes) {
      this.fileBytes = fileBytes;
      return this;
    }

    /** Sets {@link SandboxProfile#openFiles()}. */
    public Builder openFiles(int openFiles) {
      this.openFiles = openFiles;
      return this;
    }

    /** Sets {@link SandboxProfile#mounts()}. */
    public Builder mounts(Mount... mounts) {
      this.mounts = List.of(requireNonNull(mounts));
      return this;
    }

    /** Sets {@link SandboxProfile#preloads()}. */
    public Builder preloads(String... modules) {
      this.preloads = List.of(requireNonNull(modules));
      return this;
    }

    /**
     * Builds the profile.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public SandboxProfile build() {
      long storage = storageBytes != 0 ? storageBytes : derivedStorage(memoryBytes);
      return new SandboxProfile(
          memoryBytes,
          processes,
          cpus,
          storage,
          storageInodes,
          fileBytes != 0 ? fileBytes : storage,
          openFiles,
          mounts,
          preloads);
    }
  }
}
