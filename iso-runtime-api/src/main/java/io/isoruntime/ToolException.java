package io.isoruntime;

import static java.util.Objects.requireNonNull;

/**
 * A failure that a tool tells the program, which sees it as {@code tools.ToolError} with this code,
 * message and flag. Its stack trace stays on the host.
 */
public final class ToolException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final boolean retryable;

  /**
   * Makes a failure.
   *
   * @param code short and stable, such as {@code NOT_FOUND}
   * @param message for the program and the model that wrote it
   * @param retryable whether the same call may succeed later
   */
  public ToolException(String code, String message, boolean retryable) {
    super(requireNonNull(message));
    this.code = requireNonNull(code);
    this.retryable = retryable;
  }

  /** The code. */
  public String code() {
    return code;
  }

  /** Whether the same call may succeed later. */
  public boolean retryable() {
    return retryable;
  }
}
