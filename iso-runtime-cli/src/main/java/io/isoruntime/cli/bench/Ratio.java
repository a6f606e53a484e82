package io.isoruntime.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One contender's median over another's.
 *
 * @param key its name in reports
 * @param numerator whose median is divided
 * @param denominator by whose
 * @param target its bound
 * @param atMost whether the bound is an upper one
 */
public record Ratio(
    String key, String numerator, String denominator, double target, boolean atMost) {
  /** All that are told. */
  public static final List<Ratio> ALL =
      List.of(
          times("warmSubprocessVsBarePython", "warmSubprocess", "barePython", 0.15),
          times("coldSubprocessVsBarePython", "coldSubprocess", "barePython", 2.0),
          times("warmNumpyVsBareNumpy", "warmNumpy", "bareNumpy", 0.05),
          times("warmDockerVsDockerRun", "warmDocker", "dockerRun", 0.03),
          times("warmDockerVsDockerExec", "warmDocker", "dockerExec", 0.15),
          times("toolCallVsSocketPingPong", "toolCall", "socketPingPong", 4.0),
          // Of what is moved per second, and so the other way round.
          new Ratio("stdoutVsRawPipe", "rawPipe", "stdout", 0.5, false),
          new Ratio("artifactsVsCopy", "fileCopy", "artifacts", 0.3, false));

  private static Ratio times(String key, String ours, String theirs, double target) {
    return new Ratio(key, ours, theirs, target, true);
  }

  /** The ratio of medians, if both were there. */
  public Optional<Figure> of(Map<String, Samples> samples) {
    Samples mine = samples.get(numerator);
    Samples other = samples.get(denominator);
    return mine == null || other == null
        ? Optional.empty()
        : Optional.of(new Figure(key, mine.median() / other.median(), target, atMost));
  }
}
