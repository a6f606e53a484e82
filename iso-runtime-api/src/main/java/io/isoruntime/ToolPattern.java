package io.isoruntime;

import static java.util.Objects.requireNonNull;

/**
 * Which tools a rule is for: one by its name, all beneath a namespace ({@code orders.*}), or all
 * ({@code *}). Names are compared code point by code point. Immutable.
 *
 * @param text as written
 */
public record ToolPattern(String text) {
  private static final String ALL = "*";
  private static final String BENEATH = ".*";

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException if it is empty, or has an asterisk elsewhere than alone or
   *     after the last dot
   */
  public ToolPattern {
    requireNonNull(text, "text");
    String fixed = text.endsWith(BENEATH) ? text.substring(0, text.length() - 2) : text;
    if (!text.equals(ALL) && (fixed.isEmpty() || fixed.contains(ALL))) {
      throw new IllegalArgumentException(
          "A pattern is a tool's name, a namespace such as orders.*, or *, not '" + text + "'.");
    }
  }

  /** Whether it is for the tool of this name. */
  public boolean matches(String tool) {
    return text.equals(ALL)
        || (text.endsWith(BENEATH)
            ? tool.startsWith(text.substring(0, text.length() - 1))
            : tool.equals(text));
  }

  @Override
  public String toString() {
    return text;
  }
}
