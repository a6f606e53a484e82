package io.isoruntime.supervisor.workspace;

import io.isoruntime.ToolCallStatus;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The records of an execution's tool calls, a file each: {@code 0001-add.json}. Thread-safe. */
final class CallRecords {
  /** What a record holds of arguments and result; of a refused call less. */
  private static final int MAX_VALUE_BYTES = 256 * 1024;

  private static final int MAX_REFUSED_BYTES = 4 * 1024;

  /** What all of them may take of the disk. */
  private static final long MAX_CALLS_BYTES = 64 * 1024 * 1024;

  /** What may wait for the disk as it came; beyond it is cut before. */
  private static final long MAX_HELD_BYTES = 1024 * 1024;

  private static final int MAX_NAME = 100;

  private final Path directory;
  private final DiskQueue disk;
  private int calls;
  private long callsBytes;
  private long heldBytes;

  /** Writes into this directory. */
  CallRecords(Path directory, DiskQueue disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /** Has it written. The program waits for us: what takes time is the writer's. */
  void add(CallRecord record) {
    if (disk.failure() != null) {
      return;
    }
    int number;
    boolean held;
    synchronized (this) {
      number = ++calls;
      held = heldBytes + record.bytes() <= MAX_HELD_BYTES;
      heldBytes += held ? record.bytes() : 0;
    }
    Path file = directory.resolve(name(number, record.call().tool()));
    if (held) {
      var unused = disk.later(() -> WorkspaceLayout.write(file, release(record)));
    } else { // rather than hold it, cut it to what is written
      byte[] json = encode(record);
      var unused = disk.later(() -> WorkspaceLayout.write(file, json));
    }
  }

  private byte[] release(CallRecord record) {
    byte[] json = encode(record);
    synchronized (this) {
      heldBytes -= record.bytes();
    }
    return json;
  }

  private static String name(int number, String tool) {
    String plain = tool.replaceAll("[^A-Za-z0-9_.]", "_");
    return String.format(
        Locale.ROOT,
        "%04d-%s.json",
        number,
        plain.substring(0, Math.min(plain.length(), MAX_NAME)));
  }

  private byte[] encode(CallRecord record) {
    boolean full;
    synchronized (this) {
      full = callsBytes > MAX_CALLS_BYTES;
    }
    byte[] json = encode(record, full);
    synchronized (this) {
      callsBytes += json.length;
    }
    return json;
  }

  private static byte[] encode(CallRecord record, boolean full) {
    ToolCallStatus status = record.call().status();
    boolean refused = status == ToolCallStatus.DENIED || status == ToolCallStatus.BUSY;
    int cap = full ? 0 : refused ? MAX_REFUSED_BYTES : MAX_VALUE_BYTES;
    Object arguments = value(record.request(), "args", cap);
    boolean ok = status == ToolCallStatus.OK;
    Object result = ok ? value(record.reply(), "ok", cap) : null;
    Object error = ok ? null : value(record.reply(), "error", cap);
    return Json.bytes(
        Json.object(
            "id",
            record.call().id(),
            "tool",
            record.call().tool(),
            "status",
            record.call().status().label(),
            "arguments",
            arguments,
            "result",
            result,
            "error",
            error,
            "startedAt",
            record.arrived().toString(),
            "micros",
            record.call().took().toNanos() / 1_000));
  }

  /**
   * A field of a message; of one beyond the cap its size and digest only. What can't be parsed
   * isn't a record's content; the status tells why.
   */
  private static @Nullable Object value(byte @Nullable [] json, String name, int cap) {
    if (json == null) {
      return null;
    }
    if (json.length > cap) {
      return Json.object(
          "$omitted",
          Json.object(
              "bytes",
              json.length,
              "sha256",
              HexFormat.of().formatHex(ArtifactReceiver.sha256().digest(json))));
    }
    try {
      return Json.parseObject(json).get(name);
    } catch (IOException e) {
      return null;
    }
  }
}
