package io.isoruntime.testkit.plan;

import java.util.Optional;

/** A lane of {@code ./check} in which contracts and corpora run. */
public enum Lane {
  /** {@code ./check} without an option; its tests bear no tag of a lane. */
  PLAIN(""),
  /** {@code ./check --engines}; its tests bear the JUnit tag {@code engines}. */
  ENGINES("engines"),
  /** {@code ./check --long}; its tests bear the JUnit tag {@code long}. */
  LONG("long");

  private final String tag;

  Lane(String tag) {
    this.tag = tag;
  }

  /** The JUnit tag of its tests, if they bear one. */
  public Optional<String> tag() {
    return tag.isEmpty() ? Optional.empty() : Optional.of(tag);
  }
}
