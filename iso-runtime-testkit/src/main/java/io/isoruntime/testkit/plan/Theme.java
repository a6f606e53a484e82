package io.isoruntime.testkit.plan;

import io.isoruntime.testkit.CheckContract;
import io.isoruntime.testkit.ContractSubject;
import io.isoruntime.testkit.FilesContract;
import io.isoruntime.testkit.IsolationContract;
import io.isoruntime.testkit.LifecycleContract;
import io.isoruntime.testkit.OutcomeContract;
import io.isoruntime.testkit.PolicyContract;
import io.isoruntime.testkit.ProgramContract;
import io.isoruntime.testkit.ToolsContract;
import io.isoruntime.testkit.WholeContract;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A theme of the contract, with the parts of a host that can change how its tests end. */
public enum Theme {
  /** How executions end, and which limit is named. */
  OUTCOMES(OutcomeContract.class, "kernel, engine"),
  /** Ordinary programs. */
  PROGRAMS(ProgramContract.class, "kernel"),
  /** Inputs and artifacts. */
  FILES(FilesContract.class, "kernel, channel"),
  /** Calls of the host's functions. */
  TOOLS(ToolsContract.class, "channel"),
  /** Policy and ledger. */
  POLICY(PolicyContract.class, "supervisor only"),
  /** The check of a program before it runs. */
  CHECK(CheckContract.class, "supervisor only"),
  /** Events, cancelling, closing. */
  LIFECYCLE(LifecycleContract.class, "engine, channel"),
  /** What a program cannot reach. */
  ISOLATION(IsolationContract.class, "kernel, engine");

  private final Class<? extends ContractSubject> type;
  private final String dependsOn;

  Theme(Class<? extends ContractSubject> type, String dependsOn) {
    this.type = type;
    this.dependsOn = dependsOn;
  }

  /** The interface that holds its tests. */
  public Class<? extends ContractSubject> type() {
    return type;
  }

  /** The parts of a host on which its tests depend, separated by commas. */
  public String dependsOn() {
    return dependsOn;
  }

  /** The name for people, such as {@code outcomes}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The themes whose tests a class inherits. */
  public static Set<Theme> of(Class<?> tests) {
    return Arrays.stream(values())
        .filter(theme -> theme.type.isAssignableFrom(tests))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static {
    if (of(WholeContract.class).size() != values().length) {
      throw new AssertionError("WholeContract lacks a theme.");
    }
  }
}
