package io.isoruntime.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code iso}: nothing by itself, but its subcommands. */
@Command(
    name = "iso",
    description = "Runs untrusted Python in a sandbox and lets it call the host's tools.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "'iso COMMAND --help' tells more."},
    versionProvider = Version.class,
    mixinStandardHelpOptions = true)
final class IsoCommand {
  private static final int WIDTH = 100;

  private final StandardStreams streams;
  private final CommandLine commandLine = new CommandLine(this);

  IsoCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    commandLine
        .addSubcommand(new RunCommand(streams, opener))
        .addSubcommand(new DoctorCommand(streams, opener))
        .addSubcommand(new AttackCommand(streams, opener))
        .addSubcommand(new BenchCommand(streams, opener))
        .addSubcommand(new VerifyLedgerCommand(streams))
        .setUsageHelpWidth(WIDTH)
        .setColorScheme(
            CommandLine.Help.defaultColorScheme(
                streams.outIsTerminal() && streams.colours() ? Ansi.ON : Ansi.OFF))
        .setOut(new PrintWriter(streams.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(streams.err(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, arguments) -> refuse(e))
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
  }

  int execute(String... arguments) {
    return commandLine.execute(arguments);
  }

  private int refuse(ParameterException e) {
    StringWriter suggestions = new StringWriter();
    UnmatchedArgumentException.printSuggestions(e, new PrintWriter(suggestions, true));
    return refuse(e.getCommandLine(), e.getMessage() + "\n" + suggestions);
  }

  private int refuse(CommandLine command, String message) {
    String name = command.getCommandSpec().qualifiedName();
    streams.say(
        name
            + ": "
            + TerminalText.lines(message.stripTrailing())
            + "\nTry '"
            + name
            + " --help' for more.\n");
    return ExitStatus.USAGE;
  }

  private int failed(Exception e, CommandLine command) {
    if (e instanceof UsageException) {
      return refuse(command, String.valueOf(e.getMessage()));
    } else if (e instanceof IOException) {
      streams.say("iso: stdout can't be written: " + e.getMessage() + "\n");
      return ExitStatus.INFRASTRUCTURE;
    }
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace, true));
    streams.say("iso: a defect of iso itself; please report it.\n" + trace);
    return ExitStatus.INFRASTRUCTURE;
  }
}
