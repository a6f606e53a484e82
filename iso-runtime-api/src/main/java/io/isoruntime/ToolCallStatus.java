package io.isoruntime;

import java.util.Locale;

/** How a tool call ended. */
public enum ToolCallStatus {
  /** The handler returned. */
  OK,
  /** The handler failed. */
  FAILED,
  /** Not run: no such tool for this program, its policy denies it, or its arguments don't fit. */
  DENIED,
  /** Too many calls at once. */
  BUSY,
  /** The handler exceeded the call's deadline. */
  TIMED_OUT,
  /** The execution ended first. */
  CANCELLED,
  /** The execution ended first and the handler didn't stop within a second of its interrupt. */
  ABANDONED;

  /** The name in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
