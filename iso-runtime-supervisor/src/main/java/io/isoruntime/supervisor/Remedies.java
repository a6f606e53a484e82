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
          message.startsWith("No module named 'tools.")
              ? "tools is no package, but a module: write 'from tools import …'."
              : "Only the modules of the configured interpreter are installed; use another one.";
      case "ImportError" ->
          message.startsWith("cannot import name ") && message.contains(" from 'tools' ")
              ? "There is no such tool; iso.find_tools() lists those that there are."
              : null;
      case "AttributeError" ->
          message.startsWith("'dict' object has no attribute ")
              ? "A record that a tool returns is a dictionary: write record['name']."
              : null;
      case "TypeError" -> forWrongUse(message);
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

  /** Of tools and what they give, where Python's words don't say what to write instead. */
  private static @Nullable String forWrongUse(String message) {
    if (message.equals("'Namespace' object is not callable")) {
      return "A namespace of tools can't be called; iso.find_tools() lists the tools in it.";
    }
    if (message.startsWith("object ") && message.endsWith(" can't be used in 'await' expression")) {
      return "A tool is awaited by its aio: await orders.search.aio(…).";
    }
    if (message.startsWith("'coroutine' object ")) {
      return "What aio(…) gives has to be awaited first: (await orders.search.aio(…))[0].";
    }
    return message.startsWith("Object of type ") && message.endsWith(" is not JSON serializable")
        ? "Decimals, dates and times are no JSON: json.dumps(…, default=str)."
        : null;
  }
}
