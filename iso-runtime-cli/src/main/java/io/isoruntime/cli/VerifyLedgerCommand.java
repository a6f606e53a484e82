package io.isoruntime.cli;

import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.ledger.LedgerFault;
import io.isoruntime.supervisor.ledger.LedgerReport;
import io.isoruntime.supervisor.ledger.LedgerVerifier;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code iso verify-ledger}: says whether the record of tool calls is complete and untampered. */
@Command(
    name = "verify-ledger",
    mixinStandardHelpOptions = true,
    description = {
      "Verifies the record of tool calls in a workspace: of its last execution, and of earlier ones"
          + " under runs/.",
      "",
      "Each entry has a digest of its own and that of the one before; execution.json has their"
          + " number and the last digest, the head. A changed, removed, reordered or added entry"
          + " shows. Who may write the whole workspace can make all of it anew: then a head that"
          + " was kept elsewhere tells (--head). No execution must run in the workspace meanwhile.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:everything is intact",
      "1:something is not; the first bad entry is named",
      "2:the command line is wrong",
      "4:the workspace can't be read, or no such execution is there"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iso verify-ledger /var/lib/service/codegen_42",
      "  iso verify-ledger --head $(cat kept) --execution 0011223344556677 /srv/codegen_42"
    })
final class VerifyLedgerCommand implements Callable<Integer> {
  private final StandardStreams streams;

  @Parameters(paramLabel = "WORKSPACE", description = "The workspace's directory.")
  Path workspace;

  @Option(
      names = "--head",
      paramLabel = "DIGEST",
      description =
          "What the ledger must come to, as ExecutionResult.ledger().head() or execution.json told"
              + " it: of the last execution, or of the one of --execution.")
  @Nullable String head;

  @Option(names = "--execution", paramLabel = "ID", description = "Verify only this execution's.")
  @Nullable String execution;

  @Option(
      names = "--json",
      description = "Print one JSON object: workspace, intact, ledgers, each with its fault.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  VerifyLedgerCommand(StandardStreams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (head != null && !head.matches("[0-9a-f]{64}")) {
      throw new UsageException(
          "Invalid value for option '--head': a digest has 64 hexadecimal digits, in lower case.");
    }
    if (!Files.isDirectory(workspace)) {
      return unreadable(
          workspace + " is no directory; give the workspace, which holds pkg, in and out");
    }
    List<LedgerReport> reports;
    try {
      reports =
          execution == null
              ? LedgerVerifier.workspace(workspace, head)
              : LedgerVerifier.execution(workspace, execution, head);
    } catch (AccessDeniedException e) {
      return unreadable(workspace + " can't be read by this user; run as its owner");
    } catch (IOException e) {
      return unreadable(workspace + " can't be read: " + e);
    }
    if (reports.isEmpty()) {
      return unreadable(
          execution == null
              ? "no execution has left its records in " + workspace
              : "there are no records of an execution " + execution + " in " + workspace);
    }
    boolean intact = reports.stream().allMatch(LedgerReport::isIntact);
    if (json) {
      streams.print(
          Json.text(
                  Json.object(
                      "workspace",
                      workspace.toString(),
                      "intact",
                      intact,
                      "ledgers",
                      reports.stream().map(VerifyLedgerCommand::json).toList()))
              + "\n");
    } else {
      for (LedgerReport report : reports) {
        streams.print(line(report));
      }
    }
    return intact ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private int unreadable(String why) {
    streams.say("iso verify-ledger: " + TerminalText.line(why) + "\n");
    return ExitStatus.INFRASTRUCTURE;
  }

  private static Object json(LedgerReport report) {
    LedgerFault fault = report.fault();
    return Json.object(
        "execution",
        report.execution(),
        "records",
        report.records(),
        "intact",
        report.isIntact(),
        "entries",
        report.entries(),
        "head",
        report.head(),
        "fault",
        fault == null
            ? null
            : Json.object(
                "entry",
                fault.entry() == 0 ? null : fault.entry(),
                "file",
                fault.file(),
                "reason",
                fault.reason(),
                "message",
                fault.message()));
  }

  /** Names of files and executions are whatever somebody made them. */
  private static String line(LedgerReport report) {
    String of = report.records() + " (" + report.execution() + "): ";
    LedgerFault fault = report.fault();
    return TerminalText.line(
            fault == null
                ? of + "intact, entries: " + report.entries() + ", head: " + report.head()
                : of + "NOT INTACT: " + fault.message())
        + "\n";
  }
}
