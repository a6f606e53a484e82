package io.isoruntime;

import java.util.Locale;
import java.util.Optional;

/**
 * A protection of the sandbox. All are required by default; those that are {@linkplain #waivable()
 * waivable} can be waived by name for a host that can't enforce them.
 */
public enum Control {
  /** Unprivileged user and group ids, and a user namespace where the back-end has one. */
  IDENTITY,
  /** No capability in any set. */
  CAPABILITIES,
  /** {@code no_new_privs}: no gain through setuid programs. */
  NO_NEW_PRIVILEGES,
  /** The system call filter, and the one that guards PID 1. */
  SECCOMP,
  /** Namespaces of its own: mount, pid, network, ipc, uts, cgroup. */
  NAMESPACES,
  /** Nothing writable but the limited tmpfs, and nothing mounted that wasn't asked for. */
  FILE_SYSTEM,
  /** No network interface but loopback. */
  NETWORK,
  /** Bytes and inodes of the sandbox's files. */
  STORAGE,
  /** Limits of each process: file size, open files, core files. */
  RESOURCE_LIMITS,
  /** No inherited descriptor but the standard streams and the tool pipes. */
  DESCRIPTORS,
  /** Nothing in the environment but the allow-list. */
  ENVIRONMENT,
  /** PID 1 is ours, single-threaded, not dumpable and nearly without capabilities. */
  INIT,
  /** Memory of all processes together. */
  MEMORY(true),
  /** Processes and threads. */
  PIDS(true),
  /** CPU cores. */
  CPU(true),
  /** Init and executor have different user ids, and neither is the host process's. */
  DISTINCT_UID(true),
  /** No supplementary group of the host process. */
  SUPPLEMENTARY_GROUPS(true);

  private final boolean waivable;

  Control() {
    this(false);
  }

  Control(boolean waivable) {
    this.waivable = waivable;
  }

  /** Whether an embedder may run without it. */
  public boolean waivable() {
    return waivable;
  }

  /** The name on the command line and in JSON, such as {@code distinct-uid}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The control of this label. */
  public static Optional<Control> ofLabel(String label) {
    for (Control control : values()) {
      if (control.label().equals(label)) {
        return Optional.of(control);
      }
    }
    return Optional.empty();
  }
}
