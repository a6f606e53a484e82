package io.isoruntime.toolhost;

import io.isoruntime.IsoException;

/**
 * Where a tool host runs: a local process ({@link ToolHost#subprocess()}), a sibling container
 * ({@code DockerPlacement} of the Docker module), or a place of your own. Bundles with the same
 * placement object share a tool host. Implementations are thread-safe.
 */
public interface Placement {

  /** What logs and messages call it, such as {@code subprocess}. */
  String name();

  /**
   * Starts the interpreter with the standard streams connected. When the standard input ends, the
   * tool host ends with everything that it started; so it must end when this process does.
   *
   * @throws IsoException if it can't be started; the problem says what to do
   */
  HostProcess start(HostLaunch launch);
}
