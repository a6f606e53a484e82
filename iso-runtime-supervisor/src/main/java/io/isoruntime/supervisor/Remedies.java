package io.isoruntime.supervisor;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an agent whose program failed may do next. */
final class Remedies {
  private static final int EPERM = 1;
  private static final int ENOMEM = 12;
  private static final int EACCES = 13;
  private static final int EFBIG = 27;
  private static final int ENOSPC = 28;
  private static final int EROFS = 30;
  private static final int EBADE = 52;
  private static final int ENOANO = 55;
  private static final int ENETUNREACH = 101;

  private Remedies() {}

  /** A hint where the cause is a known property of the sandbox. */
  static @Nullable String forProgram(String type, String message, @Nullable Integer errno) {
    if (errno != null) {
      switch (errno) {
        case ENOANO, EBADE -> {
          return "The sandbox's system call filter denies this operation; do without it.";
        }
        case ENETUNREACH -> {
          return "There is no network in the sandbox; use a tool of the host instead.";
        }
        case ENOSPC -> {
          return "The sandbox's storage is full; write less, or delete temporary files.";
        }
        case EFBIG -> {
          return "The file exceeds the largest size allowed; write less, or several files.";
        }
        case EROFS, EACCES, EPERM -> {
          return "Only /workspace and /tmp are writable; write beneath the working directory.";
        }
        case ENOMEM -> {
          return "The memory limit is reached; process the data in smaller pieces.";
        }
        default -> {}
      }
    }
    return switch (type) {
      case "ModuleNotFoundError" ->
          "Only the modules of the configured interpreter are installed; use another one.";
      case "FileNotFoundError" ->
          "Inputs are in the working directory under their own names; list it with os.listdir().";
      case "gaierror" -> "There is no network in the sandbox; use a tool of the host instead.";
      case "MemoryError" -> "The memory limit is reached; process the data in smaller pieces.";
      case "RuntimeError" ->
          message.toLowerCase(Locale.ROOT).contains("can't start new thread")
              ? "The process limit is reached; start fewer threads."
              : null;
      default -> null;
    };
  }
}
