package io.isoruntime.supervisor.channel;

import java.io.IOException;

/** The other side broke the protocol; nothing it sends can be trusted any more. */
public final class ChannelException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says what was wrong, without repeating the bytes. */
  public ChannelException(String message) {
    super(message);
  }

  /** Says what was wrong, and what found it. */
  public ChannelException(String message, Throwable cause) {
    super(message, cause);
  }
}
