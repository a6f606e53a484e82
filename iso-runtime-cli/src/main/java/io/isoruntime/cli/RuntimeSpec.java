package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.util.Set;

/**
 * The runtime that a command asks for.
 *
 * @param backend which kind
 * @param python the interpreter: a path, or a name on the PATH
 * @param profile the sandboxes
 * @param waived controls that may be missing
 */
record RuntimeSpec(Backend backend, String python, SandboxProfile profile, Set<Control> waived) {

  /** Makes runtimes; tests have another one. */
  @FunctionalInterface
  interface Opener {
    /**
     * Makes a runtime.
     *
     * @throws io.isoruntime.IsoException if the host is not ready for it
     */
    Runtime open(RuntimeSpec spec);
  }
}
