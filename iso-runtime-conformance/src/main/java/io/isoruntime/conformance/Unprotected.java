package io.isoruntime.conformance;

import java.util.List;

/** Where an attack is shown to work, which is what makes its failing in a sandbox a proof. */
enum Unprotected {
  /** A process of this host, as this JVM's user: for what does no harm there. */
  BARE,

  /**
   * Namespaces of its own and nothing else, by unshare(1): for what would meet processes, mounts or
   * names of the host.
   */
  NAMESPACES,

  /** The same as {@link #BARE} with a descriptor of its parent's, 9, left open for it. */
  HOLDING,

  /** Nowhere: the case shows by itself, or by its trial, that it can fail. */
  NOWHERE;

  private static final String NEW_NAMESPACES =
      "unshare --user --map-root-user --pid --fork --kill-child --mount-proc --uts --ipc --net";

  /** What stands before the interpreter. */
  List<String> prefix() {
    return switch (this) {
      case BARE, NOWHERE -> List.of();
      case NAMESPACES -> List.of(NEW_NAMESPACES.split(" "));
      case HOLDING -> List.of("/bin/sh", "-c", "exec 9</proc/self/status; exec \"$@\"", "sh");
    };
  }
}
