package io.isoruntime.testkit.plan;

import io.isoruntime.Control;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Platform;
import java.util.Collections;
import java.util.Set;

/** A choice of cases of the corpus. A case that says nothing about a platform is never chosen. */
public enum Cases {
  /** All that the engine survives. */
  ALL("all"),
  /** Those that can meet a sandbox that was created ahead of the request. */
  WAITED("of a waiting sandbox"),
  /** Those about the tool channel. */
  CHANNEL("T"),
  /** Those that depend on a limit of the cgroup. */
  UNPROTECTED("of a missing cgroup"),
  /** Those that stop, starve or deceive the engine. */
  EXPENDABLE("of an expendable engine"),
  /** None. */
  NONE("none");

  /** What {@code H3} tries everywhere, it tries more thoroughly where it can build images. */
  private static final String BUILDS_IMAGES = "H3";

  private static final String MEETS_A_WAITING_SANDBOX =
      "T\\d+|K(1|2|20|21|22|23|24)|R(14|19|20|21|22|23)";
  private static final Set<Control> OF_A_CGROUP =
      Set.of(Control.MEMORY, Control.PIDS, Control.CPU, Control.DISTINCT_UID);

  private final String label;

  Cases(String label) {
    this.label = label;
  }

  /** The name for people. */
  public String label() {
    return label;
  }

  boolean has(Case known, Platform platform) {
    if (known.notApplicable(platform).isPresent()) {
      return false;
    }
    boolean needsAnExpendableEngine = known.leftOut(platform).isPresent();
    return switch (this) {
      case ALL -> !needsAnExpendableEngine;
      case WAITED -> !needsAnExpendableEngine && known.id().matches(MEETS_A_WAITING_SANDBOX);
      case CHANNEL -> !needsAnExpendableEngine && known.id().startsWith("T");
      case UNPROTECTED -> !Collections.disjoint(known.dependsOn(), OF_A_CGROUP);
      case EXPENDABLE -> needsAnExpendableEngine || known.id().equals(BUILDS_IMAGES);
      case NONE -> false;
    };
  }
}
