package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.IsoException;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A JVM that runs one program, as {@link Subject#command} promises: for the test of a back-end that
 * has no command of its own. Its main class calls {@link #run}.
 */
public final class OneProgram {
  private static final int OWN_ARGUMENTS = 4;

  private OneProgram() {}

  /**
   * The command that starts it, with this JVM's class path.
   *
   * @param main the main class
   * @param more arguments of the main class's own, which it finds behind the first four
   */
  public static List<String> command(
      Class<?> main,
      Path program,
      Path workspace,
      Set<Control> waived,
      Duration wallTime,
      String... more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.addAll(List.of(main.getName(), program.toString(), workspace.toString()));
    command.add(waived.stream().map(Control::label).collect(Collectors.joining(",")));
    command.add(Long.toString(wallTime.toMillis()));
    command.addAll(List.of(more));
    return command;
  }

  /** The arguments of the main class's own. */
  public static List<String> more(String[] arguments) {
    return Arrays.asList(arguments).subList(OWN_ARGUMENTS, arguments.length);
  }

  /**
   * Runs the program.
   *
   * @param arguments those of the main method
   * @param opener makes the runtime, with what may be missing
   */
  public static void run(String[] arguments, Function<Set<Control>, Runtime> opener)
      throws IOException {
    Set<Control> waived =
        Arrays.stream(arguments[2].split(",", -1))
            .filter(label -> !label.isEmpty())
            .map(label -> Control.ofLabel(label).orElseThrow())
            .collect(Collectors.toSet());
    ExecutionLimits limits =
        ExecutionLimits.builder().wallTime(Duration.ofMillis(Long.parseLong(arguments[3]))).build();
    PrintStream errors = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    try (Runtime runtime = opener.apply(waived);
        Workspace workspace = runtime.openWorkspace(Path.of(arguments[1]))) {
      Execution execution =
          runtime.start(
              ExecutionRequest.python(Files.readString(Path.of(arguments[0])))
                  .in(workspace)
                  .limits(limits)
                  .build());
      execution.events().subscribe(new Printer());
      errors.println(told(execution.result().toCompletableFuture().join().outcome()));
    } catch (IsoException e) {
      errors.println(e.problem().message());
    }
  }

  private static String told(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      return told(outcome, refused.problem());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return told(outcome, failed.problem());
    } else {
      return outcome.status();
    }
  }

  private static String told(Outcome outcome, Problem problem) {
    return outcome.status() + ": " + problem.message();
  }

  private static final class Printer implements Flow.Subscriber<ExecutionEvent> {
    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output output
          && output.stream() == OutputStreamName.STDOUT) {
        out.print(output.text());
        out.flush();
      }
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onComplete() {}
  }
}
