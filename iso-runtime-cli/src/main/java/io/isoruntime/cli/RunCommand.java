package io.isoruntime.cli;

import io.isoruntime.Control;
import io.isoruntime.IsoException;
import io.isoruntime.toolhost.ToolHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code iso run}: runs one program in a sandbox. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a Python program in a sandbox: no network, no credentials, no host files.",
      "",
      "Its output is passed on while it runs, decoded as UTF-8; on a terminal, control characters"
          + " other than newline and tab are shown as escapes. A line on stderr tells how it ended."
          + " What it leaves in its working directory comes back as artifacts.",
      "",
      "Sizes: 512m, 1g, 64k or bytes, in binary units. Times: 500ms, 10s, 2m, 1h or seconds.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the program completed",
      "1:the program failed, or --check found something",
      "2:the command line or a variable PY_CODE_EXEC_* is wrong, or a file can't be read",
      "3:timed out, over a limit, or cancelled (also by Ctrl-C)",
      "4:refused for want of isolation, or the host failed"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iso run hello.py",
      "  echo 'print(6 * 7)' | iso run -",
      "  iso run --timeout 10s --memory 1g --input sales.csv --json report.py",
      "  iso run --input prices=/data/2024/p.csv --workspace job-17 report.py",
      "  iso run --tools demo --allow-degraded memory,pids,cpu,distinct-uid agent.py",
      "  iso run --bundle bundles/shop --bundle-env SHOP_TOKEN agent.py",
      "  iso run --tools demo --check agent.py",
      "  iso run --runtime docker --image py-code-exec:science report.py",
      "  iso run --runtime docker --oci-runtime runsc --allow-degraded memory,pids,cpu agent.py"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class RunCommand implements Callable<Integer> {
  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;

  @Mixin RuntimeOptions runtime;
  @Mixin ProfileOptions profile;
  @Mixin LimitOptions limits;

  @Option(
      names = "--input",
      paramLabel = "[NAME=]FILE",
      description =
          "Let the program find a copy of this file under its, or that, name. Repeatable.")
  List<String> inputs = new ArrayList<>();

  @Option(
      names = "--workspace",
      paramLabel = "DIR",
      description =
          "Keep program, inputs, records and artifacts here; earlier artifacts are found again"
              + " (default: a fresh directory, which is kept).")
  @Nullable Path workspace;

  @Option(
      names = "--tools",
      paramLabel = "demo|CLASS",
      description =
          "Lend the program tools: the demonstration's (echo, add, sleep, fail, blob), or those of"
              + " a ToolRegistryProvider on the class path.")
  @Nullable String tools;

  @Mixin BundleOptions bundles;

  @Option(
      names = "--allow-degraded",
      paramLabel = "CONTROL",
      split = ",",
      converter = WaivableControl.class,
      description =
          "Run although this host can't enforce it: memory, pids, cpu, distinct-uid or"
              + " supplementary-groups. Repeatable, or separated by commas.")
  List<Control> waived = new ArrayList<>();

  @Option(
      names = "--check",
      description =
          "Compare the program with its tools first; if anything is found, print it as LINE:COLUMN"
              + " and what to do, and don't run it (exit status 1).")
  boolean check;

  @Option(names = "--json", description = "Print one JSON object instead, when all is over.")
  boolean json;

  @Mixin Verbosity verbosity;

  @Parameters(paramLabel = "FILE.py|-", description = "The program; - reads it from stdin.")
  String program;

  RunCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
  }

  @Override
  public Integer call() {
    verbosity.apply();
    RunOutput output = json ? new JsonOutput(streams) : new HumanOutput(streams);
    Target target = runtime.target();
    Optional<ToolHost> host;
    try {
      host = bundles.open(target);
    } catch (IsoException e) {
      return output.conclude(PlannedRun.withoutExecution(e.problem(), target));
    }
    try {
      return new PlannedRun(plan(target, host), opener, output).run();
    } finally {
      host.ifPresent(ToolHost::close);
    }
  }

  /** Standard input is read last, so that a mistyped flag is told before anything is typed. */
  private RunPlan plan(Target target, Optional<ToolHost> host) {
    Set<Control> waivable = EnumSet.noneOf(Control.class);
    waivable.addAll(waived);
    RuntimeSpec spec = new RuntimeSpec(target, profile.profile(), waivable);
    return new RunPlan(
        InputFile.all(inputs),
        directory(),
        BundleOptions.joined(ToolSource.load(tools), host),
        limits.limits(),
        spec,
        ProgramSource.read(program, streams.in()),
        check);
  }

  private Optional<Path> directory() {
    if (workspace == null) {
      return Optional.empty();
    }
    // An empty name would be the current directory, which nobody means by an unset variable.
    if (workspace.toString().isEmpty()
        || (Files.exists(workspace) && !Files.isDirectory(workspace))) {
      throw new UsageException(
          "Invalid value for option '--workspace': '"
              + workspace
              + "' is no directory. Give a directory, or a name that doesn't exist yet.");
    }
    return Optional.of(workspace);
  }
}
