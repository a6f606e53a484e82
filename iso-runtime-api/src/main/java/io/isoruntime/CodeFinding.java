package io.isoruntime;

import static java.util.Objects.requireNonNull;

/**
 * What is wrong with a program, found without running it and told so that an agent can repair it.
 * Message and remedy may quote the program: show them, don't interpret them. Immutable.
 *
 * @param code what kind of mistake it is
 * @param message what is wrong, one sentence
 * @param line from 1
 * @param column from 1, in characters
 * @param remedy what to do, such as {@code Did you mean 'customer'?} with the tool's signature
 */
public record CodeFinding(Code code, String message, int line, int column, String remedy) {

  /** The kinds of mistakes. */
  public enum Code {
    /** The program isn't valid Python; nothing else of it was looked at. */
    SYNTAX_ERROR,
    /** There is no tool of this name. */
    UNKNOWN_TOOL,
    /** A namespace of tools is imported as if it were a module. */
    WRONG_IMPORT,
    /** A tool is used, and nothing imports it. */
    NOT_IMPORTED,
    /** The tool has no argument of this name. */
    UNKNOWN_ARGUMENT,
    /** An argument that the tool requires is not given. */
    MISSING_ARGUMENT,
    /** More arguments are given by position than the tool has. */
    TOO_MANY_ARGUMENTS,
    /** An argument is given by position and by name. */
    DUPLICATE_ARGUMENT,
    /** A literal does not fit the argument's type. */
    WRONG_ARGUMENT,
    /** The program is too large or too complex to be checked, so nothing is known of it. */
    NOT_CHECKED
  }

  /**
   * Requires all of it.
   *
   * @throws IllegalArgumentException if line or column is below 1
   */
  public CodeFinding {
    requireNonNull(code);
    requireNonNull(message);
    requireNonNull(remedy);
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException("Lines and columns count from 1.");
    }
  }

  /** All of it in one line, such as {@code 3:7 UNKNOWN_TOOL: There is no tool 'x'. …}. */
  public String text() {
    return line + ":" + column + " " + code + ": " + message + " " + remedy;
  }
}
