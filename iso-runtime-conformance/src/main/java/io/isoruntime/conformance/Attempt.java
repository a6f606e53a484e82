package io.isoruntime.conformance;

/**
 * What came of one attempt of an attack program, as the program itself tells.
 *
 * @param name which one
 * @param end what came of it
 * @param evidence what was seen
 */
record Attempt(String name, End end, String evidence) {
  enum End {
    /** It reached what it must not reach. */
    WORKED,
    /** Something stopped it. */
    DENIED,
    /** There is nothing to attack. */
    ABSENT,
    /** The program itself is wrong. */
    BROKEN
  }

  @Override
  public String toString() {
    return name + ": " + evidence;
  }
}
