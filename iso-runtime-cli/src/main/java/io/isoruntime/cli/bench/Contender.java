package io.isoruntime.cli.bench;

/** Something that runs a Python program, and is timed doing so. */
public interface Contender extends AutoCloseable {

  /** Its key in reports, such as {@code warmSubprocess}. */
  String name();

  /** What it does, for a person. */
  String title();

  /** Lets it get ready for the next run; not timed. */
  default void prepare() throws InterruptedException {}

  /**
   * Runs the program once, to its end.
   *
   * @throws AbsentException if it can't, for a reason that holds for every run
   */
  void run() throws AbsentException, InterruptedException;

  /**
   * Runs it once and tells how long it took, in nanoseconds; where only a part of a run is of
   * interest, how long that took.
   *
   * @throws AbsentException as {@link #run}
   */
  default long time() throws AbsentException, InterruptedException {
    long begin = System.nanoTime();
    run();
    return System.nanoTime() - begin;
  }

  /** Ends what it started. */
  @Override
  default void close() {}
}
