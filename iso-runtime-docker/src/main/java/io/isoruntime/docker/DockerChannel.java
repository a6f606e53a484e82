package io.isoruntime.docker;

/** How a sandbox and its supervisor talk. */
public enum DockerChannel {
  /** {@link #UNIX_SOCKET} where a probe proves that it is reachable, else {@link #ATTACHED}. */
  AUTO,
  /**
   * A Unix socket in a private directory that is mounted into the container. It spares a way
   * through the engine; the peer is known to the kernel.
   */
  UNIX_SOCKET,
  /**
   * The container's standard streams, sealed frame by frame. Works with every engine: remote, in a
   * virtual machine, under gVisor, and where no directory is shared.
   */
  ATTACHED
}
