package io.isoruntime;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Why the program failed, told so that an agent can repair it. Everything but the code was made by
 * untrusted code: show it, don't interpret it. Immutable.
 *
 * @param code the kind of failure
 * @param type the exception's class name, such as {@code ValueError}, or {@code SystemExit}, or the
 *     signal's name
 * @param message the exception's text, capped
 * @param lineNumber the line of the program, or 0 when there is none
 * @param traceback the traceback without this library's frames, capped; may be empty
 * @param remedy a hint where the cause is a known property of the sandbox
 */
public record PythonError(
    ErrorCode code,
    String type,
    String message,
    int lineNumber,
    String traceback,
    @Nullable String remedy) {

  /** The line of the program at which it failed, where known. */
  public OptionalInt line() {
    return lineNumber > 0 ? OptionalInt.of(lineNumber) : OptionalInt.empty();
  }
}
