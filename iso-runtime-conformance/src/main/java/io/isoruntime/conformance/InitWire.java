package io.isoruntime.conformance;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Init's end of the channel, for one who need not keep to the protocol (docs/protocol.md): anything
 * can be sent. For one thread.
 */
final class InitWire {
  static final int HELLO = 1;
  static final int ATTEST = 3;
  static final int STDOUT = 4;
  static final int CALL = 6;
  static final int END = 8;
  static final int EXITED = 9;
  static final int EMPTY = 10;
  static final int DONE = 14;
  static final int STARTED = 15;
  static final int RUN = 34;
  static final int REPLY = 35;
  static final int KILL = 36;
  static final int BYE = 37;

  private final DataInputStream in;
  private final DataOutputStream out;

  InitWire(InputStream in, OutputStream out) {
    this.in = new DataInputStream(in);
    this.out = new DataOutputStream(out);
  }

  void send(int type, String json) throws IOException {
    byte[] payload = json.getBytes(StandardCharsets.UTF_8);
    announce(payload.length + 1, type);
    out.write(payload);
    out.flush();
  }

  /** The head of a frame, whatever follows it. */
  void announce(int length, int type) throws IOException {
    out.writeInt(length);
    out.writeByte(type);
    out.flush();
  }

  void hello(byte[] secret) throws IOException {
    send(HELLO, "{\"protocol\":3,\"token\":\"" + HexFormat.of().formatHex(secret) + "\"}");
  }

  /** Everything from HELLO to the program's first instruction, as an honest init says it. */
  void start(byte[] secret) throws IOException {
    hello(secret);
    send(ATTEST, Attack.resource("channel/good_facts.json"));
    await(RUN);
    send(STARTED, "");
  }

  /** The end of the main process. */
  void exited() throws IOException {
    send(END, "{\"kind\":\"completed\"}");
    send(EXITED, "{\"code\":0,\"signal\":null,\"deadline\":false}");
  }

  void empty() throws IOException {
    send(EMPTY, "{\"killed\":0,\"millis\":0}");
  }

  /** The end of the sandbox, once it was told to kill. */
  void done() throws IOException {
    send(DONE, "{\"cpuMillis\":1,\"peakMemoryBytes\":1}");
    await(BYE);
  }

  void call(long id, String tool) throws IOException {
    send(CALL, "{\"id\":" + id + ",\"tool\":\"" + tool + "\",\"args\":{}}");
  }

  /** Reads until a frame of this type has come. */
  void await(int type) throws IOException {
    while (receive() != type) {
      // whatever comes before it
    }
  }

  /** Reads a frame and tells its type. */
  private int receive() throws IOException {
    int length = in.readInt();
    int type = in.readUnsignedByte();
    in.skipNBytes(length - 1L);
    return type;
  }

  /** Whether nothing at all comes any more before the channel ends. */
  boolean endsUnanswered() throws IOException {
    return in.read() < 0;
  }
}
