package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionResult;
import io.isoruntime.supervisor.spi.ExecutorSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a program does to the first process of its sandbox, and what it finds of the service. */
final class InitCases {
  /** What a launch leaves in a memory: planted where it is shown that it would be found. */
  private static final String PLANTED =
      "{\"token\":\"0123456789abcdef0123456789abcdef\",\"socket\":\"/tmp/iso-1-2/d/s\","
          + "\"cgroups\":{\"remove\":[\"/sys/fs/cgroup/memory/iso-1-2\"]}}";

  /** EXITED, EMPTY and a second STARTED, by number: the words by which init tells of an end. */
  private static final Map<Integer, String> FORGED =
      new TreeMap<>(
          Map.of(
              9, "{\"code\":0,\"signal\":null,\"deadline\":false}",
              10, "{\"killed\":0,\"millis\":0}",
              15, "{}"));

  private InitCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(
                "K1",
                "search of /proc for the service's environment and for other processes",
                "no variable of the service, no process but its own")
            .proves(Control.ENVIRONMENT, Control.NAMESPACES, Control.INIT)
            .trial(stage -> stage.attack(knowingNames(Attack.of("kernel/k01_secrets_in_proc.py")))),
        Case.of("K2", "reading PID 1: its memory and its files", "denied")
            .proves(Control.INIT, Control.SECCOMP)
            .trial(stage -> stage.attack(KernelCases.inNamespaces("kernel/k02_read_init.py"))),
        Case.of("K22", "signals 1 to 64 to PID 1, by every route", "denied by the filter")
            .proves(Control.INIT, Control.SECCOMP)
            .trial(
                stage -> stage.attack(KernelCases.inNamespaces("kernel/k22_signals_to_init.py"))),
        Case.of(
                "K23",
                "descriptors of PID 1 opened anew, frames of init's forged",
                "denied, and a forged frame ends the program")
            .proves(Control.INIT)
            .trial(InitCases::channel),
        Case.of(
                "K24",
                "search of the program's own memory",
                "no variable of the service, no token, nothing of the launch")
            .proves(Control.ENVIRONMENT)
            .trial(InitCases::memory));
  }

  private static Finding channel(Stage stage) throws Exception {
    Attack forging = Attack.of("kernel/k23_forged_frames.py");
    for (Map.Entry<Integer, String> frame : FORGED.entrySet()) {
      ExecutionResult result =
          stage.run(forging.with("kind", frame.getKey()).with("payload", frame.getValue()));
      ChannelResults.requireViolation(result, "after a frame of type " + frame.getKey());
      Unmet.unless(
          result.stdout().text().startsWith("forging"),
          () -> "no frame was forged: " + Describe.result(result));
    }
    Finding finding = stage.attack(KernelCases.inNamespaces("kernel/k23_inits_descriptors.py"));
    return new Finding(
        finding.verdict(),
        finding.evidence() + "; forged EXITED, EMPTY and STARTED ended their programs");
  }

  private static Finding memory(Stage stage) throws Exception {
    Attack attack = knowingNames(Attack.of("kernel/k24_own_memory.py"));
    HostPython.Shown shown = stage.show(attack.with("planted", PLANTED));
    ExecutionResult result = stage.run(attack);
    Unmet.unless(result.isCompleted(), () -> "the program ended " + Describe.result(result));
    return stage.judge(shown, result);
  }

  /** With the names of the service's variables, and not their values: a record of it is kept. */
  private static Attack knowingNames(Attack attack) {
    Set<String> names = new TreeSet<>(System.getenv().keySet());
    names.removeAll(ExecutorSettings.environment("", Attack.SMALL).keySet());
    names.add(HostPython.CANARY);
    return attack.with("names", List.copyOf(names));
  }
}
