package io.isoruntime.supervisor.channel;

/** The types of docs/protocol.md. */
public enum FrameType {
  HELLO(1),
  FAILED(2),
  ATTEST(3),
  STDOUT(4),
  STDERR(5),
  CALL(6),
  RESULT(7),
  END(8),
  EXITED(9),
  EMPTY(10),
  FILE(11),
  FILE_DATA(12),
  REJECTED(13),
  DONE(14),
  STARTED(15),
  VIOLATION(16),
  TAKEN(17),
  USAGE(18),
  INPUT(32),
  INPUT_DATA(33),
  RUN(34),
  REPLY(35),
  KILL(36),
  BYE(37);

  private static final FrameType[] BY_CODE = new FrameType[64];

  static {
    for (FrameType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final int code;

  FrameType(int code) {
    this.code = code;
  }

  /** The byte on the wire. */
  public int code() {
    return code;
  }

  /** The type that init may send under this byte; those of the other direction are not known. */
  static FrameType fromInit(int code) throws ChannelException {
    FrameType type = code >= 0 && code < INPUT.code ? BY_CODE[code] : null;
    if (type == null) {
      throw new ChannelException("init sent a frame of unknown type " + code);
    }
    return type;
  }
}
