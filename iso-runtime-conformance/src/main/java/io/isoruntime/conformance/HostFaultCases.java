package io.isoruntime.conformance;

import io.isoruntime.Control;
import java.util.List;

/** What happens to the host while programs run. */
final class HostFaultCases {
  private static final String ENGINE_STOPS = "it stops the engine";
  private static final String ENGINE_LIES = "it has the engine answer falsely";

  private HostFaultCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("H1", "SIGKILL of the JVM", "all is gone in 5 s, or by the next start's sweep")
            .trial(JvmFaults::killed),
        Case.of("H2", "engine restarted during a run", "never completed, and the next one works")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine(ENGINE_STOPS)
            .trial(EngineFaults::restarted),
        Case.of("H3", "image or interpreter missing or broken", "a typed error with a remedy")
            .trial(HostLacks::baseMissing),
        Case.of("H4", "workspace's disk full", "a typed error, and nothing half-created")
            .trial(HostLacks::diskFull),
        Case.of("H5", "completion races timeout", "exactly one outcome each time")
            .trial(Moments::completionRacesTimeout),
        Case.of("H6", "two executions in one workspace", "the second is refused, the first stands")
            .trial(JvmFaults::workspaceShared),
        Case.of("H7", "cancelled at any moment", "one outcome each time, and nothing left")
            .trial(Moments::cancelled),
        Case.of("H8", "container made, but the answer lost", "found by its label and removed")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine(ENGINE_LIES)
            .trial(EngineFaults::creationLost),
        Case.of("H9", "removal of a container fails", "tried again, and told in the result")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine(ENGINE_LIES)
            .trial(EngineFaults::removalFails),
        Case.of("H10", "no seccomp filters, no namespaces", "refused before user code, with remedy")
            .proves(Control.SECCOMP, Control.NAMESPACES)
            .onlyWithAnExpendableEngine("it changes the engine's settings")
            .trial(HostLacks::protectionMissing),
        Case.of("H11", "thread interrupted, JVM told to end", "cancelled, and all cleaned up")
            .trial(JvmFaults::toldToEnd),
        Case.of("H12", "engine hangs", "typed errors at their deadlines")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine(ENGINE_STOPS)
            .trial(EngineFaults::hangs),
        Case.of("H13", "two JVMs on one host", "neither sweeps what the other uses")
            .trial(JvmFaults::neighbours),
        Case.of("H14", "wall clock jumps", "deadlines are as before").trial(WallClock::jumps),
        Case.of("H15", "attached client killed, or engine stalled", "the sandbox is gone in 5 s")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine(ENGINE_STOPS)
            .trial(EngineFaults::clientGone),
        Case.of("H16", "init dies", "during the run: failed; during the collection: as decided")
            .trial(SandboxFaults::initDies),
        Case.of("H17", "image with a HEALTHCHECK", "it is never run")
            .onlyWithAnEngine()
            .onlyWithAnExpendableEngine("it makes an image")
            .trial(EngineFaults::healthCheck),
        Case.of("H18", "limits changed after a sandbox was made", "seen by attesting, and refused")
            .dependsOn(Control.MEMORY)
            .trial(SandboxFaults::limitsChanged));
  }
}
