package io.isoruntime.cli;

import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.cli.bench.AbsentException;
import io.isoruntime.cli.bench.CommandContender;
import io.isoruntime.cli.bench.Contender;
import io.isoruntime.cli.bench.DockerExecContender;
import io.isoruntime.cli.bench.RuntimeContender;
import io.isoruntime.cli.bench.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who is timed beside whom, for one kind of sandboxes. */
final class BenchPlan implements AutoCloseable {
  private static final String PASS = "pass";
  private static final String NUMPY = "import numpy";
  private static final int WARM = 2;

  private final Target target;
  private final RuntimeSpec.Opener opener;
  private final boolean docker;
  private final RuntimeContender cold;
  private final List<Contender> all = new ArrayList<>();
  private @Nullable CommandContender bare;

  /**
   * Opens the first runtime; the others when they are asked for.
   *
   * @throws io.isoruntime.IsoException if the host is not ready for it
   */
  BenchPlan(Target target, RuntimeSpec.Opener opener) {
    this.target = target;
    this.opener = opener;
    this.docker = target.backend() == Backend.DOCKER;
    this.cold = ours("cold", PASS, 0);
    all.add(cold);
  }

  int usualRounds() {
    return docker ? 20 : 100;
  }

  /** Time to make the sandbox that is to be ready next. */
  Duration pause() {
    return docker ? Duration.ofSeconds(1) : Duration.ofMillis(150);
  }

  /** Whether sandboxes are processes beneath this one. */
  boolean makesChildren() {
    return !docker;
  }

  /** One whose sandboxes are all made on demand. */
  RuntimeContender cold() {
    return cold;
  }

  /** Opens one whose sandboxes are ready; once, and before the others. */
  RuntimeContender warm() {
    RuntimeContender warm = ours("warm", PASS, WARM);
    all.add(0, warm);
    return warm;
  }

  /**
   * Those that run a whole program, ours and what people use instead.
   *
   * @param interpreter the real one: what is on the PATH may be a script that looks for one
   */
  List<Contender> programs(String interpreter) {
    if (target instanceof Target.Docker engine) {
      List<String> options = ociRuntime(engine);
      all.add(new DockerExecContender(engine.image(), options, List.of("python3", "-c", PASS)));
      all.add(dockerRun(engine, options));
    } else {
      bare = bare("barePython", interpreter, PASS);
      all.add(bare);
      all.add(ours("warmNumpy", NUMPY, WARM));
      all.add(bare("bareNumpy", interpreter, NUMPY));
      all.add(bubblewrap(interpreter));
    }
    return List.copyOf(all);
  }

  /**
   * What goes in and out meanwhile. With containers the part that is ours goes the same ways, and
   * so isn't compared once more.
   */
  List<Contender> traffic(String interpreter) {
    List<Contender> traffic =
        docker ? List.of() : Traffic.contenders(() -> runtime(WARM), interpreter);
    all.addAll(traffic);
    return traffic;
  }

  /** The one without isolation whose rate is compared, if there is one. */
  Optional<CommandContender> bare() {
    return Optional.ofNullable(bare);
  }

  /** All that were opened, in the order of the table. */
  List<Contender> all() {
    return all;
  }

  /** One as the others have that are warm; the caller closes it. */
  Runtime warmRuntime() {
    return runtime(WARM);
  }

  /** A strict one that keeps so many sandboxes ready; the caller closes it. */
  Runtime runtime(int warm) {
    return runtime(PASS, warm);
  }

  private Runtime runtime(String code, int warm) {
    SandboxProfile profile =
        code.equals(NUMPY)
            ? SandboxProfile.builder().preloads("numpy").build()
            : SandboxProfile.defaults();
    return opener.open(new RuntimeSpec(target, profile, Set.of(), warm));
  }

  /** One runtime of ours; what is preloaded is what its program imports. */
  private RuntimeContender ours(String kind, String code, int warm) {
    boolean numpy = code.equals(NUMPY);
    String name = numpy ? kind : kind + (docker ? "Docker" : "Subprocess");
    String title =
        "iso, "
            + (warm > 0 ? "a sandbox that is ready" : "a new sandbox")
            + (numpy ? ", numpy preloaded" : docker ? ", docker" : "");
    return new RuntimeContender(name, title, runtime(code, warm), code);
  }

  /** Who the interpreter of the sandboxes says it is. */
  Interpreter interpreter() throws AbsentException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (target instanceof Target.Docker engine) {
      command.addAll(List.of("docker", "run", "--rm", "--network", "none"));
      command.addAll(List.of("--entrypoint", "python3", engine.image()));
    } else if (target instanceof Target.Subprocess host) {
      command.add(host.python());
    }
    command.addAll(List.of("-c", "import sys; print(sys.executable, sys.version.split()[0])"));
    try {
      String[] told = CommandContender.output(command).strip().split(" (?=[^ ]+$)");
      return new Interpreter(told[0], told[1]);
    } catch (AbsentException e) {
      if (docker) {
        return new Interpreter("python3", "unknown"); // a host without the docker command
      }
      throw e;
    }
  }

  /**
   * An interpreter.
   *
   * @param path where it is
   * @param version of the language
   */
  record Interpreter(String path, String version) {}

  private static CommandContender bare(String name, String python, String code) {
    String title = "python3 -c " + (code.equals(PASS) ? code : "'" + code + "'");
    return new CommandContender(name, title + ", not isolated", List.of(python, "-c", code));
  }

  private static Contender bubblewrap(String python) {
    List<String> command =
        new ArrayList<>(
            List.of("bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"));
    command.addAll(List.of("--unshare-all", "--die-with-parent", python, "-c", PASS));
    return new CommandContender(
        "bubblewrap", "bubblewrap: namespaces, no limits, no filter", command);
  }

  private static List<String> ociRuntime(Target.Docker engine) {
    return engine.ociRuntime().map(name -> List.of("--runtime", name)).orElse(List.of());
  }

  private static Contender dockerRun(Target.Docker engine, List<String> options) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "docker", "run", "--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"));
    command.addAll(List.of("--security-opt", "no-new-privileges", "--memory", "512m"));
    command.addAll(List.of("--pids-limit", "64", "--cpus", "1"));
    command.addAll(options);
    command.addAll(List.of("--entrypoint", "python3", engine.image(), "-c", PASS));
    return new CommandContender("dockerRun", "docker run --rm with the usual flags", command);
  }

  @Override
  public void close() {
    all.forEach(Contender::close);
  }
}
