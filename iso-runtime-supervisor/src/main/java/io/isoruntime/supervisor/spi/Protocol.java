package io.isoruntime.supervisor.spi;

/** The version of the conversation with init (docs/protocol.md). */
public final class Protocol {
  /**
   * What this library speaks, and what {@code frames.py} says. An image carries it in the label
   * {@value #IMAGE_LABEL}, so that a wrong one is refused before a container is made.
   */
  public static final int VERSION = 3;

  /** The image's label. */
  public static final String IMAGE_LABEL = "io.isoruntime.protocol";

  private Protocol() {}
}
