package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.SandboxProfile;
import io.isoruntime.cli.doctor.Doctor;
import io.isoruntime.cli.doctor.EngineDoctor;
import io.isoruntime.cli.doctor.EngineSubject;
import io.isoruntime.cli.doctor.Row;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code iso doctor}: tells whether this host is ready. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Tells whether this host is ready, and what to do where it is not.",
      "",
      "Reads the host's settings, or asks the engine, and runs a trial program without requiring"
          + " what may be waived; each control that was not in force is a row that failed, with its"
          + " remedy. What an engine holds of dead owners is removed, as by every start.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all is well",
      "1:something is not",
      "2:the command line or a variable PY_CODE_EXEC_* is wrong",
      "4:it could not run"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iso doctor",
      "  iso doctor --python /opt/venv/bin/python --json",
      "  iso doctor --runtime docker",
      "  iso doctor --runtime docker --oci-runtime runsc --image py-code-exec:science"
    })
final class DoctorCommand implements Callable<Integer> {
  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;

  @Mixin RuntimeOptions runtime;
  @Mixin Verbosity verbosity;

  @Option(names = "--json", description = "Print one JSON object: runtime, ok, rows.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  DoctorCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
  }

  @Override
  public Integer call() throws IOException {
    verbosity.apply();
    Set<Control> waivable =
        Arrays.stream(Control.values()).filter(Control::waivable).collect(Collectors.toSet());
    Target target = runtime.target();
    List<Row> rows = examine(target, waivable);
    streams.print(
        json
            ? DoctorReport.json(target.backend().label(), rows)
            : DoctorReport.table(rows, streams.outIsTerminal() && streams.colours()));
    return DoctorReport.isWell(rows) ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private List<Row> examine(Target target, Set<Control> waived) {
    if (target instanceof Target.Docker docker) {
      return EngineDoctor.examine(
          new EngineSubject(
              docker.image(),
              docker.ociRuntime(),
              docker.channel(),
              (profile, channel) ->
                  opener.open(new RuntimeSpec(docker.over(channel), profile, waived))));
    }
    RuntimeSpec spec = new RuntimeSpec(target, SandboxProfile.defaults(), waived);
    return Doctor.examine(() -> opener.open(spec), ((Target.Subprocess) target).python());
  }
}
