package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this process may make cgroups. Thread-safe. */
interface Cgroups {

  /** Such as {@code cgroup v1}. */
  String version();

  /**
   * Makes the cgroup of one sandbox with its limits; empty of processes.
   *
   * @throws IOException if it can't be; then nothing that was made is left
   */
  Cgroup create(String name, SandboxProfile profile) throws IOException;

  /**
   * Lets the kernel prepare for the move of a process that is about to come: it waits for a grace
   * period of some 10 ms before a first move and not before one soon after
   * (cgroup_threadgroup_rwsem in kernel/cgroup/cgroup.c). The process is "moved" to where it is, so
   * that nothing changes; without it all works as well, but later.
   */
  void prime(long pid);

  /**
   * Writes a process's id where it makes it a member; failing is the caller's loss of time only.
   */
  static void prime(Path directory, long pid) {
    try {
      Files.writeString(directory.resolve("cgroup.procs"), Long.toString(pid));
    } catch (IOException e) {
      // The process has ended, or this cgroup is not ours to write: no harm done.
    }
  }

  /** Removes those that a dead process of this library left. */
  void sweep();

  /** Kills and removes a cgroup directory whose owner is dead. */
  static void sweep(Path directory) {
    long until = System.nanoTime() + 2_000_000_000L;
    while (System.nanoTime() < until) {
      try {
        for (String pid : Files.readAllLines(directory.resolve("cgroup.procs"))) {
          ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
        }
        Files.deleteIfExists(directory);
        return;
      } catch (IOException e) {
        if (!Files.exists(directory)) {
          return;
        }
        Thread.onSpinWait();
      }
    }
  }
}
