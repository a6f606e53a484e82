package io.isoruntime.supervisor.channel;

/**
 * One message.
 *
 * @param type what it is
 * @param payload its bytes, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // a frame is passed on once and never compared
public record Frame(FrameType type, byte[] payload) {
  /** Largest length of type and payload together. */
  public static final int MAX_LENGTH = 16 * 1024 * 1024;

  /** Largest payload of the data frames that we send. */
  public static final int DATA_CHUNK = 256 * 1024;
}
