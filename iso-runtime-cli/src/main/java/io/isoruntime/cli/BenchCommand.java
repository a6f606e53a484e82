package io.isoruntime.cli;

import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.cli.bench.AbsentException;
import io.isoruntime.cli.bench.Bench;
import io.isoruntime.cli.bench.BenchReport;
import io.isoruntime.cli.bench.CommandContender;
import io.isoruntime.cli.bench.Contender;
import io.isoruntime.cli.bench.DockerExecContender;
import io.isoruntime.cli.bench.Figure;
import io.isoruntime.cli.bench.IdleMemory;
import io.isoruntime.cli.bench.RuntimeContender;
import io.isoruntime.cli.bench.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code iso bench}: what isolation costs, side by side with what people do without it. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times sandboxes side by side with what people use instead, in turns within one run.",
      "",
      "subprocess: an interpreter without isolation, the same importing numpy, bubblewrap; tool"
          + " calls beside a Unix socket, output beside a pipe, artifacts beside a copy; the memory of"
          + " a sandbox that waits. docker: docker exec in a container that all share, docker run"
          + " --rm. What this host lacks is"
          + " named as absent. Sandboxes are strict, and what isolated them is told. For figures that"
          + " mean something, let nothing else run.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it was measured, whatever came of it",
      "2:the command line or a variable PY_CODE_EXEC_* is wrong",
      "4:no sandbox could be made"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  iso bench", "  iso bench --runtime docker --rounds 30 --json"})
final class BenchCommand implements Callable<Integer> {
  private static final String PASS = "pass";
  private static final String NUMPY = "import numpy";
  private static final int WARM = 2;
  private static final Duration NO_PAUSE = Duration.ZERO;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration DOCKER_PAUSE = Duration.ofMillis(1_000);
  private static final int WARM_UP = 100;
  private static final int WARM_UP_ROUNDS = 2;
  private static final int TRAFFIC_ROUNDS = 15;
  private static final int IDLE = 4;
  private static final List<Integer> CALLERS = List.of(1, 4, 16, 64);
  private static final Duration RATE_TIME = Duration.ofSeconds(3);

  private final StandardStreams streams;
  private final RuntimeSpec.Opener opener;

  @Mixin RuntimeOptions runtime;
  @Mixin Verbosity verbosity;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each runs (default: 100, of docker 20); 5 more come first.")
  @Nullable Integer rounds;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: machine, rounds, each figure that has a target, missed, samples,"
              + " perSecond, perSecondByCallers, firstExecutionMillis, absent, isolation.")
  boolean json;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields
  BenchCommand(StandardStreams streams, RuntimeSpec.Opener opener) {
    this.streams = streams;
    this.opener = opener;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    verbosity.applyOr("error");
    if (rounds != null && rounds < 1) {
      throw new UsageException("Invalid value for option '--rounds': give 1 or more.");
    }
    List<Contender> open = new ArrayList<>();
    try {
      BenchReport report = measure(runtime.target(), open);
      streams.print(json ? report.json() : report.text());
      return ExitStatus.OK;
    } catch (IsoException e) {
      streams.say("iso bench: " + TerminalText.line(e.problem().message()) + "\n");
      return ExitStatus.INFRASTRUCTURE;
    } catch (AbsentException e) {
      streams.say("iso bench: " + TerminalText.line(String.valueOf(e.getMessage())) + "\n");
      return ExitStatus.INFRASTRUCTURE;
    } finally {
      open.forEach(Contender::close);
    }
  }

  /** Whatever it begins is in {@code open}, for the caller to close. */
  private BenchReport measure(Target target, List<Contender> open)
      throws AbsentException, InterruptedException {
    long begin = System.nanoTime();
    boolean docker = target.backend() == Backend.DOCKER;
    RuntimeContender cold = ours(target, "cold", PASS, 0);
    open.add(cold);
    cold.run();
    double firstMillis = (System.nanoTime() - begin) / 1e6;
    RuntimeContender warm = ours(target, "warm", PASS, WARM);
    open.add(warm);
    List<Contender> contenders = new ArrayList<>(List.of(warm, cold));
    contenders.addAll(others(target, open));
    int counted = rounds != null ? rounds : docker ? 20 : 100;
    progress("warming up");
    for (int run = 0; run < Math.min(WARM_UP, WARM_UP_ROUNDS * counted); run++) {
      warm.run(); // until the JVM has compiled what a service has long since
    }
    Bench bench = new Bench();
    bench.compare(contenders, counted, round -> progress("round ", round, counted));
    List<Contender> traffic = traffic(target, open);
    int fewer = Math.min(counted, TRAFFIC_ROUNDS);
    bench.compare(traffic, fewer, round -> progress("tool calls and data, round ", round, fewer));
    contenders.addAll(traffic);
    progress("many callers");
    Map<String, Double> rates = new LinkedHashMap<>();
    int callers = 2 * java.lang.Runtime.getRuntime().availableProcessors();
    rates.put(BenchReport.WARM, Bench.throughput(warm, callers, RATE_TIME));
    for (Contender other : contenders) {
      if (other.name().equals(BenchReport.BARE)) {
        rates.put(BenchReport.BARE, Bench.throughput(other, callers, RATE_TIME));
      }
    }
    Map<String, Double> byCallers = new LinkedHashMap<>();
    for (int count : CALLERS) {
      byCallers.put(Integer.toString(count), Bench.throughput(warm, count, RATE_TIME));
    }
    progress("idle sandboxes");
    List<Figure> further = new ArrayList<>();
    Map<String, String> absent = new LinkedHashMap<>(bench.absent());
    if (!docker) {
      try {
        further.add(IdleMemory.measure(() -> runtime(target, PASS, IDLE), IDLE));
      } catch (AbsentException e) {
        absent.put("idle sandboxes", String.valueOf(e.getMessage()));
      }
    }
    progress("");
    return new BenchReport(
        BenchReport.Machine.current(version(target)),
        counted,
        BenchReport.titlesOf(contenders),
        bench.samples(),
        absent,
        rates,
        byCallers,
        further,
        firstMillis,
        warm.isolation());
  }

  private void progress(String what, int round, int of) {
    progress(what + round + " of " + of);
  }

  private void progress(String text) {
    if (streams.errIsTerminal()) {
      streams.say("\r\033[K" + text);
    }
  }

  /** Of containers the part that is ours goes through the same sockets, and so isn't compared. */
  private List<Contender> traffic(Target target, List<Contender> open)
      throws AbsentException, InterruptedException {
    List<Contender> traffic =
        target.backend() == Backend.DOCKER
            ? List.of()
            : Traffic.contenders(() -> runtime(target, PASS, WARM), python(target), PAUSE);
    open.addAll(traffic);
    return traffic;
  }

  /** What people use instead. */
  private List<Contender> others(Target target, List<Contender> open)
      throws AbsentException, InterruptedException {
    List<Contender> others = new ArrayList<>();
    if (target instanceof Target.Docker engine) {
      others.add(new DockerExecContender(engine.image(), List.of("python3", "-c", PASS)));
      others.add(dockerRun(engine));
    } else {
      String python = python(target);
      others.add(bare(BenchReport.BARE, python, PASS));
      others.add(ours(target, "warmNumpy", NUMPY, WARM));
      others.add(bare("bareNumpy", python, NUMPY));
      others.add(bubblewrap(python));
    }
    open.addAll(others);
    return others;
  }

  private static Contender bare(String name, String python, String code) {
    String title = "python3 -c " + (code.equals(PASS) ? code : "'" + code + "'");
    return new CommandContender(name, title + ", not isolated", List.of(python, "-c", code));
  }

  /** One runtime of ours; what is preloaded is what its program imports. */
  private RuntimeContender ours(Target target, String kind, String code, int warm) {
    boolean numpy = code.equals(NUMPY);
    boolean docker = target.backend() == Backend.DOCKER;
    String name = numpy ? kind : kind + (docker ? "Docker" : "Subprocess");
    String title =
        "iso, "
            + (warm > 0 ? "a sandbox that is ready" : "a new sandbox")
            + (numpy ? ", numpy preloaded" : "");
    Duration pause = warm == 0 ? NO_PAUSE : docker ? DOCKER_PAUSE : PAUSE;
    return new RuntimeContender(name, title, runtime(target, code, warm), code, pause);
  }

  private Runtime runtime(Target target, String code, int warm) {
    SandboxProfile profile =
        code.equals(NUMPY)
            ? SandboxProfile.builder().preloads("numpy").build()
            : SandboxProfile.defaults();
    return opener.open(new RuntimeSpec(target, profile, Set.of(), warm));
  }

  /** The real interpreter: what is on the PATH may be a script that looks for one. */
  private static String python(Target target) throws AbsentException, InterruptedException {
    return told(target, "sys.executable");
  }

  private static String version(Target target) throws AbsentException, InterruptedException {
    return told(target, "sys.version.split()[0]");
  }

  /** What the interpreter of the sandboxes says of itself. */
  private static String told(Target target, String expression)
      throws AbsentException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (target instanceof Target.Docker engine) {
      command.addAll(List.of("docker", "run", "--rm", "--network", "none"));
      command.addAll(List.of("--entrypoint", "python3", engine.image()));
    } else if (target instanceof Target.Subprocess host) {
      command.add(host.python());
    }
    command.addAll(List.of("-c", "import sys; print(" + expression + ")"));
    return CommandContender.output(command).strip();
  }

  private static Contender bubblewrap(String python) {
    List<String> command =
        new ArrayList<>(
            List.of("bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"));
    command.addAll(List.of("--unshare-all", "--die-with-parent", python, "-c", PASS));
    return new CommandContender(
        "bubblewrap", "bubblewrap: namespaces, no limits, no filter", command);
  }

  private static Contender dockerRun(Target.Docker target) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker", "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"));
    command.addAll(List.of("--security-opt", "no-new-privileges", "--memory", "512m"));
    command.addAll(List.of("--pids-limit", "64", "--cpus", "1"));
    target.ociRuntime().ifPresent(name -> command.addAll(List.of("--runtime", name)));
    command.addAll(List.of("--entrypoint", "python3", target.image(), "-c", PASS));
    return new CommandContender("dockerRun", "docker run --rm with the usual flags", command);
  }
}
