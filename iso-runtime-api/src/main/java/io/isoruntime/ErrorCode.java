package io.isoruntime;

/** The stable codes of {@link Problem} and {@link PythonError}; docs/errors.md lists them. */
public enum ErrorCode {
  /** The program raised an exception. */
  PYTHON_EXCEPTION,
  /** The program isn't valid Python. */
  PYTHON_SYNTAX,
  /** The program ended itself with a status other than 0. */
  PYTHON_EXIT,
  /** The process ended without finishing the program, such as by {@code os._exit}. */
  PYTHON_UNFINISHED,
  /** A signal ended the process, such as a segmentation fault. */
  PYTHON_SIGNAL,
  /** The program wrote something else than tool calls to the tool pipe. */
  TOOL_PROTOCOL,
  /** No usable interpreter at the path given. */
  INTERPRETER_UNUSABLE,
  /** A required protection is not in force. */
  ISOLATION_INCOMPLETE,
  /** The kernel or an administrator denies user namespaces. */
  USER_NAMESPACES_BLOCKED,
  /** Another step of building the sandbox failed. */
  SANDBOX_SETUP_FAILED,
  /** No cgroup can be made that limits memory, processes and CPU. */
  CGROUPS_UNAVAILABLE,
  /** The sandbox didn't come up in time. */
  SANDBOX_START_TIMEOUT,
  /** The sandbox proved not to be the one that was asked for. */
  CHANNEL_AUTHENTICATION,
  /** The channel ended or carried nonsense. */
  CHANNEL_LOST,
  /** No container engine answers at the address given. */
  ENGINE_UNREACHABLE,
  /** The engine's socket may not be used by this user. */
  ENGINE_ACCESS_DENIED,
  /** The engine is too old, or lacks what sandboxes need. */
  ENGINE_UNSUITABLE,
  /** The engine doesn't answer in time. */
  ENGINE_TIMEOUT,
  /** The engine answered with an error. */
  ENGINE_FAILED,
  /** The engine doesn't have the image. */
  IMAGE_MISSING,
  /** The image has no init, or one of another version. */
  IMAGE_INCOMPATIBLE,
  /** The channel that was asked for can't be reached from a sandbox. */
  CHANNEL_UNAVAILABLE,
  /** A mount's source is absent or holds what must not be mounted. */
  MOUNT_REFUSED,
  /** A path given to the engine lies beneath no directory that is shared with the host. */
  PATH_NOT_SHARED,
  /** The workspace's directory can't be created, read or written. */
  WORKSPACE_UNUSABLE,
  /** The workspace is used by another execution or runtime. */
  WORKSPACE_BUSY,
  /** An input has a name that can't be used, or can't be read. */
  INPUT_UNUSABLE,
  /** Inputs and earlier outputs don't fit the sandbox's storage. */
  INPUT_TOO_LARGE,
  /** A ledger of tool calls can't be read, is not intact, or lacks what it is needed for. */
  LEDGER_UNUSABLE,
  /** A tool can't be registered as it is declared. */
  TOOL_INVALID,
  /** A bundle can't be imported, or has functions that can't be tools. */
  TOOL_BUNDLE_INVALID,
  /** The module that prepares tools for programs and models is absent. */
  SUPERVISOR_MISSING,
  /** The process or container that runs Python tools can't be started. */
  TOOL_HOST_FAILED,
  /** A program could not be checked, for no fault of its own. */
  CHECK_FAILED,
  /** An environment variable or setting is malformed. */
  SETTING_INVALID,
  /** The runtime was closed. */
  RUNTIME_CLOSED,
  /** A defect of this library. */
  INTERNAL;

  /** Whether it means that a protection is missing, and so {@link Outcome.Refused}. */
  public boolean isRefusal() {
    return switch (this) {
      case ISOLATION_INCOMPLETE,
          USER_NAMESPACES_BLOCKED,
          SANDBOX_SETUP_FAILED,
          CGROUPS_UNAVAILABLE,
          MOUNT_REFUSED ->
          true;
      default -> false;
    };
  }

  /** The code as shown to people, such as {@code ISO-PYTHON-SYNTAX}. */
  public String code() {
    return "ISO-" + name().replace('_', '-');
  }
}
