package io.isoruntime.subprocess;

import io.isoruntime.SandboxProfile;
import java.io.IOException;

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

  /** Removes those that a dead process of this library left. */
  void sweep();
}
