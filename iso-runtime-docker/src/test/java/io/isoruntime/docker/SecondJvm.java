package io.isoruntime.docker;

import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.IsoException;
import io.isoruntime.Runtime;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/**
 * Another JVM that runs one program and prints what comes of it: for tests that kill or deny it.
 */
final class SecondJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;
  private final StringBuilder said = new StringBuilder();

  private SecondJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts it.
   *
   * @param prefix what stands before the command, such as {@code setpriv …}
   * @param environment more variables
   * @param arguments channel, workspace, program
   */
  static SecondJvm start(
      List<String> prefix, Map<String, String> environment, String classPath, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath,
            SecondJvm.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new SecondJvm(builder.start());
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  Process process() {
    return process;
  }

  /** Reads up to a line that begins so, and gives it; at the end of the output, all of it. */
  String await(String beginning) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(beginning)) {
        return line;
      }
      said.append(line).append('\n');
    }
    return said.toString();
  }

  /** One that has said all is closing its runtime, and would leave things if it were killed now. */
  @Override
  public void close() {
    process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join();
    process.destroyForcibly();
  }

  /** The other JVM. */
  public static void main(String[] arguments) {
    try (Runtime runtime =
        TestEngine.runtime().channel(DockerChannel.valueOf(arguments[0])).build()) {
      Execution execution =
          runtime.start(
              ExecutionRequest.python(arguments[2])
                  .in(runtime.openWorkspace(Path.of(arguments[1])))
                  .build());
      System.out.println("execution " + execution.id());
      execution.events().subscribe(new Printer());
      var result = execution.result().toCompletableFuture().join();
      System.out.println("channel " + result.isolation().channel());
      System.out.println("result " + result);
    } catch (IsoException e) {
      System.out.println("problem " + e.problem());
    }
  }

  private static final class Printer implements Flow.Subscriber<ExecutionEvent> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ExecutionEvent event) {
      if (event instanceof ExecutionEvent.Output output) {
        System.out.print(output.text());
        System.out.flush();
      }
    }

    @Override
    public void onError(Throwable error) {
      error.printStackTrace();
    }

    @Override
    public void onComplete() {}
  }
}
