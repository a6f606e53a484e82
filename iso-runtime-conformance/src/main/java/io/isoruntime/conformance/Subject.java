package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The runtime, and the host, that is to prove itself. */
public interface Subject {

  /**
   * Makes a runtime with sandboxes of this profile; the caller closes it.
   *
   * @param waived controls that may be missing; the runtime must refuse without any other
   * @throws io.isoruntime.IsoException if the host is not ready for it
   */
  Runtime open(SandboxProfile profile, Set<Control> waived);

  /** What its sandboxes are made of. */
  Platform platform();

  /**
   * The same on another image, or with another interpreter, that may be absent or broken.
   *
   * @param base the image's name, or the interpreter's path
   * @throws io.isoruntime.IsoException if the host is not ready for it
   * @throws NotOffered unless it is overridden
   */
  default Runtime openOn(String base, SandboxProfile profile, Set<Control> waived) {
    throw new NotOffered("no runtime on another image or interpreter is offered");
  }

  /**
   * What a JVM's runtimes, like this subject's, have outside of it and should go with their
   * executions, such as containers: a name for each. Cgroups, processes, mounts, descriptors,
   * threads and temporary directories need not be told.
   *
   * @param pid the process id of this JVM or of another
   */
  default Set<String> traces(long pid) {
    return Set.of();
  }

  /**
   * This host's processes that are the first ones in the sandboxes of this JVM; needed only where
   * an engine starts them, and empty where that is on another host.
   */
  default Set<Long> inits() {
    return Set.of();
  }

  /**
   * The command that runs a Python file in a runtime like this one, in a JVM of its own that may be
   * killed. It passes the program's standard output on to its own, and writes a line with the
   * outcome's status, such as {@code completed}, to standard error, with a problem's code, such as
   * {@code ISO-WORKSPACE-BUSY}, and remedy.
   *
   * @param program the file
   * @param workspace a directory for the workspace, not there yet
   * @param waived controls that may be missing
   * @param wallTime the program's limit
   * @throws NotOffered unless it is overridden
   */
  default List<String> command(
      Path program, Path workspace, Set<Control> waived, Duration wallTime) {
    throw new NotOffered("no second JVM is offered");
  }

  /** Whether its runtimes keep sandboxes ready, which are then there while nothing runs. */
  default boolean keepsSandboxesReady() {
    return false;
  }

  /** Its engine, if that may be stopped, starved and deceived; what {@link #open} uses. */
  default Optional<ExpendableEngine> expendableEngine() {
    return Optional.empty();
  }
}
