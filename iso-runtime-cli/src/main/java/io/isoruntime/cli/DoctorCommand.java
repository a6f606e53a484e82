package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.SandboxProfile;
import io.isoruntime.cli.doctor.Doctor;
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
      "Reads the host's settings and runs a trial program without requiring what may be waived;"
          + " each control that was not in force is a row that failed, with its remedy.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all is well",
      "1:something is not",
      "2:the command line is wrong",
      "4:it could not run"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  iso doctor", "  iso doctor --python /opt/venv/bin/python --json"})
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
    RuntimeSpec spec =
        new RuntimeSpec(runtime.backend, runtime.python, SandboxProfile.defaults(), waivable);
    List<Row> rows = Doctor.examine(() -> opener.open(spec), runtime.python);
    streams.print(
        json
            ? DoctorReport.json(runtime.backend.label(), rows)
            : DoctorReport.table(rows, streams.outIsTerminal() && streams.colours()));
    return DoctorReport.isWell(rows) ? ExitStatus.OK : ExitStatus.FAILED;
  }
}
