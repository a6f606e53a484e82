package io.isoruntime.docker;

import io.isoruntime.ErrorCode;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import java.nio.file.Path;

/** Translates nothing: this process shares no directory with the engine's host. */
final class NothingShared implements PathTranslator {

  @Override
  public Path toHost(Path local) {
    throw new Problem(
            ErrorCode.PATH_NOT_SHARED,
            "The path "
                + local
                + " does not exist on the engine's host, with which no directory is"
                + " shared.",
            "It was not mounted.",
            "Mount a directory of the host into this container and put it there; HOST_* variables"
                + " are needed only where that can't be detected.")
        .toException();
  }
}
