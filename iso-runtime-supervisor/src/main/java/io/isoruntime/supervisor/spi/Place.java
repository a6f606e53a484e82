package io.isoruntime.supervisor.spi;

import java.util.Optional;
import java.util.Set;

/**
 * What can be proven where a sandbox is, and what can't be asked of whoever makes it.
 *
 * @param kernel whose kernel it runs on
 * @param kernelRelease the release of the host's kernel, where known: with {@link Kernel#OWN} the
 *     sandbox must show another
 * @param boundingCapabilities what may remain in the executor's bounding set, as a mask; void
 *     beside no_new_privs, a uid other than 0 and empty sets
 * @param engineMounts mounts that an engine makes, whose nosuid and nodev can't be asked for; what
 *     lies beneath them as well. They must be read-only all the same
 */
public record Place(
    Kernel kernel,
    Optional<String> kernelRelease,
    long boundingCapabilities,
    Set<String> engineMounts) {

  /** Made by ourselves on this machine: everything can be asked for and compared. */
  public static final Place HERE = new Place(Kernel.OURS, Optional.empty(), 0, Set.of());

  /** Whose kernel a sandbox runs on. */
  public enum Kernel {
    /** The one that runs us: its namespaces can be compared with ours. */
    OURS,
    /** Another machine's: its namespaces can be told from its initial ones only. */
    REMOTE,
    /** One of its own, such as gVisor's: it has nothing in common with a host's. */
    OWN
  }
}
