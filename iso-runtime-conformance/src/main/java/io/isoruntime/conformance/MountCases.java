package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.SandboxProfile;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a program could get by what the embedder, or the service's user, has. */
final class MountCases {
  private MountCases() {}

  static List<Case> all() {
    return List.of(
        Case.of("K25", "a socket or FIFO in a read-only mount", "refused before any code is run")
            .proves(Control.FILE_SYSTEM)
            .trial(MountCases::specialFilesInMount),
        Case.of("K26", "supplementary groups of the service's user", "dropped, or refused")
            .dependsOn(Control.SUPPLEMENTARY_GROUPS)
            .program("kernel/k26_groups.py"));
  }

  static Finding specialFilesInMount(Stage stage) throws IOException, InterruptedException {
    Path source = Files.createDirectory(stage.temporaryDirectory().resolve("source"));
    Files.writeString(source.resolve("plain"), "plain");
    SandboxProfile profile =
        Attack.SMALL.toBuilder().mounts(Mount.readOnly(source, "/mnt/shown")).build();
    ExecutionResult plain =
        stage.run(profile, ExecutionRequest.python("print(open('/mnt/shown/plain').read())"));
    Unmet.unless(
        plain.isCompleted() && plain.stdout().text().equals("plain\n"),
        () -> "plain files: " + Describe.result(plain));
    ServerSocketChannel service =
        stage.closing(ServerSocketChannel.open(StandardProtocolFamily.UNIX));
    service.bind(UnixDomainSocketAddress.of(source.resolve("service")));
    Attack attack =
        Attack.of("kernel/k25_socket_in_mount.py")
            .with("source", source.toString())
            .in(profile)
            .shownIn(Unprotected.NAMESPACES);
    HostPython.Shown shown = stage.show(attack);
    Problem refusal = refusal(stage, attack);
    Attempt control = Attempts.of(shown.output()).get("connect");
    if (control == null || control.end() != Attempt.End.WORKED) {
      return Finding.vacuous("works nowhere here: " + (control == null ? shown.whyNot() : control));
    }
    Files.delete(source.resolve("service"));
    makeFifo(source.resolve("fifo"));
    Problem second = refusal(stage, attack);
    return Finding.held(
        "refused: " + refusal.cause() + " " + second.cause() + "; without: " + control);
  }

  private static void makeFifo(Path fifo) throws IOException, InterruptedException {
    int status = new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Unmet.unless(status == 0, "no FIFO could be made");
  }

  /** By the runtime that is made for it, or by its first run. */
  private static Problem refusal(Stage stage, Attack attack) {
    Problem problem;
    try {
      ExecutionResult result = stage.run(attack.profile(), stage.request(attack));
      problem =
          result.outcome() instanceof Outcome.Refused refused
              ? refused.problem()
              : unmet("not refused: " + Describe.result(result));
    } catch (IsoException e) {
      problem = e.problem();
    }
    Problem found = problem;
    Unmet.unless(found.code() == ErrorCode.MOUNT_REFUSED, () -> "refused for " + found);
    return found;
  }

  private static Problem unmet(String evidence) {
    throw new Unmet(evidence);
  }
}
