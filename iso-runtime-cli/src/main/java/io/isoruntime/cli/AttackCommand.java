package io.isoruntime.cli;

import io.isoruntime.IsoException;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.CaseReport;
import io.isoruntime.conformance.Conformance;
import io.isoruntime.conformance.Corpus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code iso attack}: attacks this host's sandboxes and tells what came of it. */
@Command(
    name = "attack",
    mixinStandardHelpOptions = true,
    description = {
      "Attacks this host's sandboxes with a corpus of hostile programs and reports case by case.",
      "",
      "Most attacks are first shown to work without a sandbox, by a python3 in /usr/bin of this"
          + " host; each must fail in one and leave nothing behind. held: so it was. failed: it was not. refused: the protection can't be"
          + " had here, and the runtime refused to run without it. vacuous: the attack works nowhere"
          + " here, so that its failing proves nothing. Nothing of this host is harmed: limits are"
          + " small, and cases that would stop, deceive or change an engine are left out.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no case failed; look at the totals for how many held",
      "1:a case failed",
      "2:the command line or a variable PY_CODE_EXEC_* is wrong",
      "3:it was interrupted",
      "4:no sandbox could be made at all"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iso attack",
      "  iso attack --case K8 --case R1",
      "  iso attack --runtime docker --oci-runtime runsc --json"
    })
final class AttackCommand implements Callable<Integer> {
  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;

  @Mixin RuntimeOptions runtime;
  @Mixin Verbosity verbosity;

  @Option(
      names = "--case",
      paramLabel = "ID",
      split = ",",
      description =
          "Try only this case, such as K8, or all of a theme, such as K. Repeatable, or"
              + " separated by commas.")
  List<String> ids = new ArrayList<>();

  @Option(names = "--list", description = "Tell the cases and try none.")
  boolean list;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: runtime, held, failed, refused, vacuous, notApplicable, leftOut,"
              + " missingControls, cases.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  AttackCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
  }

  @Override
  public Integer call() throws IOException {
    verbosity.applyOr("error"); // under attack, warnings are what is to be expected
    List<Case> chosen = chosen();
    if (list) {
      streams.print(AttackReport.list(chosen));
      return ExitStatus.OK;
    }
    try (Interruption interruption = Interruption.awaited()) {
      try {
        return attack(chosen, runtime.target(), interruption);
      } finally {
        interruption.over(ExitStatus.ENDED);
      }
    }
  }

  private int attack(List<Case> chosen, Target target, Interruption interruption)
      throws IOException {
    try (Conformance conformance = Conformance.of(new CommandSubject(target, opener))) {
      interruption.onInterrupt(conformance::breakOff);
      return examine(chosen, target, conformance, interruption);
    } catch (IsoException e) {
      streams.say("iso attack: " + TerminalText.line(e.problem().message()) + "\n");
      return ExitStatus.INFRASTRUCTURE;
    }
  }

  private int examine(
      List<Case> chosen, Target target, Conformance conformance, Interruption interruption)
      throws IOException {
    AttackReport report = new AttackReport(target.backend().label(), conformance.missing());
    boolean colours = streams.outIsTerminal() && streams.colours();
    AttackProgress progress = new AttackProgress(streams, chosen.size());
    for (Case next : chosen) {
      progress.trying(next);
      CaseReport done = conformance.examine(next);
      progress.done();
      if (interruption.happened()) {
        streams.say("iso attack: interrupted after " + report.size() + " cases\n");
        return ExitStatus.ENDED; // what the last one found means nothing
      }
      report.add(done);
      if (!json) {
        streams.print(AttackReport.row(done, colours));
      }
    }
    streams.print(json ? report.json() : report.totals(colours));
    return report.failed() == 0 ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private List<Case> chosen() {
    if (ids.isEmpty()) {
      return Corpus.all();
    }
    Set<Case> cases = new LinkedHashSet<>();
    for (String id : ids) {
      String wanted = id.toUpperCase(Locale.ROOT);
      List<Case> named =
          Corpus.all().stream()
              .filter(
                  candidate ->
                      candidate.id().equals(wanted)
                          || (wanted.matches("[A-Z]") && candidate.id().startsWith(wanted)))
              .toList();
      if (named.isEmpty()) {
        throw new UsageException(
            "Invalid value for option '--case': there is no case '"
                + id
                + "'. iso attack --list tells all.");
      }
      cases.addAll(named);
    }
    return List.copyOf(cases);
  }
}
