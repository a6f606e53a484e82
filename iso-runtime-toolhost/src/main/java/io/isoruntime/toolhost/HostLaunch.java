package io.isoruntime.toolhost;

import java.nio.file.Path;
import java.util.List;

/**
 * What a {@link Placement} is to start. Immutable.
 *
 * @param arguments of the Python interpreter
 * @param bundles the directories that it must be able to read, absolute
 */
public record HostLaunch(List<String> arguments, List<Path> bundles) {

  /** Copies the lists. */
  public HostLaunch {
    arguments = List.copyOf(arguments);
    bundles = List.copyOf(bundles);
  }
}
