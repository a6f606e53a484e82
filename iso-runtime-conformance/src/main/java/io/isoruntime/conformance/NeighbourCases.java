package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What sandboxes have in common, and what they must not have. */
final class NeighbourCases {
  private static final int SANDBOXES = 4;
  private static final String TOLD = "@random ";

  /** The same everywhere, on purpose: it shows that sameness is seen. */
  private static final String SEEDED = "seeded";

  private NeighbourCases() {}

  static List<Case> all() {
    return List.of(
        Case.of(
                "K20",
                "processes, files, sockets and locks of another execution",
                "unknown and out of reach; what both are shown can't be locked or watched")
            .proves(Control.NAMESPACES, Control.FILE_SYSTEM, Control.SECCOMP)
            .trial(NeighbourCases::neighbours),
        Case.of(
                "K21",
                "random numbers of several sandboxes",
                "different ones, by whatever generator")
            .trial(NeighbourCases::randomness));
  }

  private static Finding neighbours(Stage stage) throws Exception {
    String nonce = UUID.randomUUID().toString().substring(0, 6);
    Attack attack = Attack.of("kernel/k20_neighbours.py").with("nonce", nonce);
    HostPython.Shown shown = stage.show(attack.with("role", "both"));
    Runtime runtime = stage.runtime(attack.profile());
    Meeting meeting = new Meeting(stage);
    ExecutionRequest.Builder victim =
        stage.request(attack.with("role", "victim").tools(meeting.tools()));
    Execution running = runtime.start(victim.in(stage.workspace(runtime)).build());
    ExecutionResult attacker;
    try {
      meeting.await();
      attacker = stage.run(attack.with("role", "attacker"));
    } finally {
      meeting.end();
    }
    ExecutionResult ended = running.result().toCompletableFuture().join();
    Unmet.unless(
        ended.isCompleted() && ended.stdout().text().strip().equals("harm:"),
        () -> "the victim ended " + Describe.result(ended));
    Unmet.unless(attacker.isCompleted(), () -> "the attacker ended " + Describe.result(attacker));
    return stage.judge(shown, attacker);
  }

  private static Finding randomness(Stage stage) {
    SandboxProfile profile =
        Attack.SMALL.toBuilder().preloads("random", "uuid", "tempfile", "secrets", "numpy").build();
    Attack attack = Attack.of("kernel/k21_randomness.py").with("seed", 7);
    Runtime runtime = stage.ownRuntime(profile);
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (int sandbox = 0; sandbox < SANDBOXES; sandbox++) {
      ExecutionResult result =
          runtime.execute(stage.request(attack).in(stage.workspace(runtime)).build());
      Unmet.unless(result.isCompleted(), () -> "a program ended " + Describe.result(result));
      told(result)
          .forEach(
              (name, value) ->
                  values.computeIfAbsent(name, unknown -> new LinkedHashSet<>()).add(value));
    }
    Set<String> seeded = values.remove(SEEDED);
    Unmet.unless(seeded != null && seeded.size() == 1, () -> "sameness is not seen: " + seeded);
    values.forEach(
        (name, different) ->
            Unmet.unless(
                different.size() == SANDBOXES,
                () -> name + " was the same in two of " + SANDBOXES + ": " + different));
    return Finding.held(
        String.join(", ", values.keySet()) + " differed in each of " + SANDBOXES + " sandboxes");
  }

  private static Map<String, String> told(ExecutionResult result) {
    Map<String, String> told = new LinkedHashMap<>();
    for (String line : result.stdout().text().lines().toList()) {
      if (line.startsWith(TOLD)) {
        int equals = line.indexOf('=');
        told.put(line.substring(TOLD.length(), equals), line.substring(equals + 1));
      }
    }
    return told;
  }
}
