package io.isoruntime.cli;

import java.util.function.Supplier;

/** Something on the command line can't be used. The message says what, why, and what to do. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }

  /** What the supplier makes; what it finds out of range is told with the flag that set it. */
  static <T> T naming(String flag, Supplier<T> checked) {
    try {
      return checked.get();
    } catch (IllegalArgumentException e) {
      throw new UsageException("Invalid value for option '" + flag + "': " + e.getMessage());
    }
  }
}
