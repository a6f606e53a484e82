package io.isoruntime.cli.bench;

/** Something that is timed. */
public interface Contender extends AutoCloseable {

  /** Its key in reports, such as {@code warmSubprocess}. */
  String name();

  /** What it does, for a person. */
  String title();

  /** Whether it is this library's. */
  default boolean isOurs() {
    return false;
  }

  /**
   * Runs once, to its end.
   *
   * @return how long what is of interest took, in nanoseconds
   * @throws AbsentException if it can't, for a reason that holds for every run
   */
  long time() throws AbsentException, InterruptedException;

  /** Ends what it started. */
  @Override
  default void close() {}
}
