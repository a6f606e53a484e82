package io.isoruntime;

/**
 * What is kept of an output stream: all of it, or its head and tail around a line that says how
 * much was dropped. Immutable.
 *
 * @param text decoded from UTF-8 with replacement
 * @param totalBytes how many bytes the program wrote
 * @param truncated whether the middle is missing
 */
public record OutputText(String text, long totalBytes, boolean truncated) {
  /** Nothing was written. */
  public static final OutputText EMPTY = new OutputText("", 0, false);
}
