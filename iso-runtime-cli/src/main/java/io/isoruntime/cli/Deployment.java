package io.isoruntime.cli;

import io.isoruntime.IsoException;
import io.isoruntime.Settings;

/** What the environment says where the command line says nothing. */
final class Deployment {
  private Deployment() {}

  /**
   * The settings of this process's environment.
   *
   * @throws UsageException if a variable is malformed; it is named
   */
  static Settings settings() {
    try {
      return Settings.fromEnvironment();
    } catch (IsoException e) {
      throw new UsageException(e.problem().cause() + " " + e.problem().remedy());
    }
  }
}
