package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.util.Set;

/**
 * The runtime that a command asks for.
 *
 * @param target where sandboxes are made
 * @param profile the sandboxes
 * @param waived controls that may be missing
 * @param warmSandboxes how many sandboxes are kept ready
 */
record RuntimeSpec(Target target, SandboxProfile profile, Set<Control> waived, int warmSandboxes) {

  /** One that keeps none ready. */
  RuntimeSpec(Target target, SandboxProfile profile, Set<Control> waived) {
    this(target, profile, waived, 0);
  }

  /** Makes it for real; an {@link Opener}. */
  Runtime open() {
    return target.open(profile, waived, warmSandboxes);
  }

  /** Makes runtimes; tests have another one than {@link RuntimeSpec#open()}. */
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
