package io.isoruntime.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One contender's median over another's.
 *
 * @param key its name in reports
 * @param ours who is measured
 * @param theirs by whom
 * @param target what it should be at most
 */
public record Ratio(String key, String ours, String theirs, double target) {
  /** All that are told. */
  public static final List<Ratio> ALL =
      List.of(
          new Ratio("warmSubprocessVsBarePython", "warmSubprocess", "barePython", 0.15),
          new Ratio("coldSubprocessVsBarePython", "coldSubprocess", "barePython", 2.0),
          new Ratio("warmNumpyVsBareNumpy", "warmNumpy", "bareNumpy", 0.05),
          new Ratio("warmDockerVsDockerRun", "warmDocker", "dockerRun", 0.03),
          new Ratio("warmDockerVsDockerExec", "warmDocker", "dockerExec", 0.15));

  /** The ratio of medians, if both were there. */
  public OptionalDouble of(Map<String, Samples> samples) {
    Samples mine = samples.get(ours);
    Samples other = samples.get(theirs);
    return mine == null || other == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(mine.median() / other.median());
  }
}
