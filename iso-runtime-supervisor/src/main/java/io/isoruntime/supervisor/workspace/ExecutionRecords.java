package io.isoruntime.supervisor.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.ToolCallStatus;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one execution writes into its workspace besides artifacts. The first failure of the disk is
 * kept and ends further writing, so that it can be told with the result.
 */
public final class ExecutionRecords {
  /** What a record holds of arguments and result; of a refused call less. */
  private static final int MAX_VALUE_BYTES = 256 * 1024;

  private static final int MAX_REFUSED_BYTES = 4 * 1024;

  /** What all call records of an execution may take of the disk. */
  private static final long MAX_CALLS_BYTES = 64 * 1024 * 1024;

  /** What may wait for the disk as it came; beyond it is cut before. */
  private static final long MAX_HELD_BYTES = 1024 * 1024;

  private static final OpenOption[] INTO = {StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS};

  private final WorkspaceLayout layout;
  private final Executor writers;
  private final String code;
  private final Path stdout;
  private final Path stderr;
  private final Path executionJson;
  private final Deque<Runnable> unwritten = new ArrayDeque<>();
  private boolean begun;
  private boolean prepared;
  private boolean reserved;
  private boolean writing;
  private long callsBytes;
  private long heldBytes;
  private @Nullable IOException failure;
  private final List<String> notes = new ArrayList<>();
  private int calls;

  /**
   * Writes into this workspace; call records on a thread of {@code writers}.
   *
   * @param code the program
   */
  public ExecutionRecords(WorkspaceLayout layout, Executor writers, String code) {
    this.layout = layout;
    this.writers = writers;
    this.code = code;
    this.stdout = layout.out().resolve("runtime.out.log");
    this.stderr = layout.out().resolve("runtime.err.log");
    this.executionJson = layout.out().resolve("execution.json");
  }

  /**
   * Moves the earlier execution's records to {@code runs/} and writes the program. Returns at once;
   * only the first call does something. Without one, {@link #end} does it.
   */
  public void begin() {
    synchronized (this) {
      if (begun) {
        return;
      }
      begun = true;
    }
    enqueue(this::prepare);
  }

  /**
   * Waits until that is done.
   *
   * @throws io.isoruntime.IsoException if the disk fails
   */
  public void awaitBegun() {
    await(() -> prepared);
    IOException failed = failure();
    if (failed != null) {
      throw layout.unusable("can't be written", failed);
    }
  }

  private void prepare() {
    try {
      WorkspaceLayout.abandon(executionJson); // of one that was cut off
      retire();
      WorkspaceLayout.write(layout.pkg().resolve("main.py"), utf8(code));
      // Now, and not when everybody waits: a new inode takes longer than what is written into it.
      Files.createFile(stdout);
      Files.createFile(stderr);
      WorkspaceLayout.reserve(executionJson);
      synchronized (this) {
        reserved = true;
      }
    } catch (IOException e) {
      fail(e);
    } finally {
      synchronized (this) {
        prepared = true;
        notifyAll();
      }
    }
  }

  private synchronized void fail(IOException e) {
    if (failure == null) {
      failure = e;
    }
  }

  /** Everything of out/ but files/ belongs to the execution that wrote execution.json last. */
  private void retire() throws IOException {
    List<Path> records = new ArrayList<>();
    try (Stream<Path> entries = Files.list(layout.out())) {
      entries.filter(path -> !path.equals(layout.files())).forEach(records::add);
    }
    boolean callsEmpty = records.remove(layout.calls()) && isEmpty(layout.calls());
    if (records.isEmpty() && callsEmpty) {
      return;
    }
    Path run = layout.runs().resolve(earlierId());
    Files.createDirectories(run);
    if (!callsEmpty) {
      records.add(layout.calls());
    }
    if (records.remove(executionJson)) {
      records.add(executionJson); // last: whose the others are is told by it
    }
    for (Path record : records) {
      Path target = run.resolve(record.getFileName());
      WorkspaceLayout.delete(target);
      Files.move(record, target);
    }
    if (!callsEmpty) {
      Files.createDirectory(layout.calls());
    }
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /** An execution that was cut off left no execution.json; its records are kept all the same. */
  private String earlierId() {
    try {
      if (Files.isRegularFile(executionJson, LinkOption.NOFOLLOW_LINKS)) {
        JsonNode id = Json.parseObject(Files.readAllBytes(executionJson)).get("id");
        if (id != null && id.isTextual() && id.textValue().matches("[A-Za-z0-9-]{1,64}")) {
          return id.textValue();
        }
      }
    } catch (IOException e) {
      // an unreadable record is kept under the name below
    }
    return "unfinished-" + System.currentTimeMillis();
  }

  /**
   * The inputs, then the earlier outputs, as they are to be named beneath /workspace. What is
   * absent of the workspace is created.
   *
   * @throws io.isoruntime.IsoException if the disk fails
   */
  public List<InputFile> inputs() {
    layout.create();
    try {
      List<InputFile> files = new ArrayList<>();
      WorkspaceLayout.list(layout.in())
          .forEach((name, file) -> files.add(new InputFile("in/" + name, file)));
      WorkspaceLayout.list(layout.files())
          .forEach((name, file) -> files.add(new InputFile("out/" + name, file)));
      return files;
    } catch (IOException e) {
      throw layout.unusable("can't be read", e);
    }
  }

  /**
   * A file to be sent into the sandbox.
   *
   * @param path beneath /workspace
   * @param file on the host
   */
  public record InputFile(String path, Path file) {}

  /**
   * Writes the record of a call: {@code out/calls/0001-add.json}. Does not wait for the disk;
   * {@link #end} does.
   */
  public void call(CallRecord record) {
    int number;
    boolean held;
    synchronized (this) {
      number = ++calls;
      held = heldBytes + record.bytes() <= MAX_HELD_BYTES;
      heldBytes += held ? record.bytes() : 0;
    }
    if (held) {
      enqueue(() -> write(number, record)); // the program waits for us, so not here
    } else { // rather than hold it, cut it to what is written
      Path file = file(number, record);
      byte[] json = encode(record);
      enqueue(() -> write(file, json));
    }
  }

  private void write(int number, CallRecord record) {
    byte[] json = encode(record);
    synchronized (this) {
      heldBytes -= record.bytes();
    }
    write(file(number, record), json);
  }

  /** One task after the other, in this order. */
  private void enqueue(Runnable task) {
    synchronized (this) {
      unwritten.add(task);
      if (writing) {
        return;
      }
      writing = true;
    }
    try {
      writers.execute(this::writeAll);
    } catch (RejectedExecutionException | OutOfMemoryError e) { // no thread to give: then this one
      writeAll();
    }
  }

  private Path file(int number, CallRecord record) {
    String tool = record.call().tool().replaceAll("[^A-Za-z0-9_.]", "_");
    return layout
        .calls()
        .resolve(
            String.format(
                Locale.ROOT,
                "%04d-%s.json",
                number,
                tool.substring(0, Math.min(tool.length(), 100))));
  }

  private void writeAll() {
    while (true) {
      Runnable next;
      synchronized (this) {
        next = unwritten.poll();
        if (next == null) {
          writing = false;
          notifyAll();
          return;
        }
      }
      try {
        next.run();
      } catch (RuntimeException | Error e) { // or end() would wait for ever
        fail(new IOException("a call's record could not be made", e));
      }
    }
  }

  private synchronized void await(BooleanSupplier condition) {
    boolean interrupted = false;
    while (!condition.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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

  /** Writes result.json, the logs and execution.json, last. */
  public void end(ExecutionResult result) {
    begin();
    await(() -> !writing);
    if (result.resultJson() != null) {
      write(layout.out().resolve("result.json"), utf8(result.resultJson()));
    }
    write(() -> Files.write(stdout, utf8(result.stdout().text()), INTO));
    write(() -> Files.write(stderr, utf8(result.stderr().text()), INTO));
    byte[] whole = utf8(ExecutionJson.write(result));
    if (takeReserved()) {
      write(() -> WorkspaceLayout.writeReserved(executionJson, whole));
    } else {
      write(executionJson, whole); // a second time, with what came to light meanwhile
    }
    if (failure() != null) { // whole or not at all
      WorkspaceLayout.abandon(executionJson);
      WorkspaceLayout.deleteQuietly(stdout);
      WorkspaceLayout.deleteQuietly(stderr);
    }
  }

  private synchronized boolean takeReserved() {
    boolean was = reserved;
    reserved = false;
    return was;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void write(Path file, byte[] content) {
    write(() -> WorkspaceLayout.write(file, content));
  }

  private interface Writing {
    void run() throws IOException;
  }

  private void write(Writing writing) {
    if (failure() != null) {
      return;
    }
    try {
      writing.run();
    } catch (IOException e) {
      fail(e);
    }
  }

  /** Adds what the embedder should know besides the outcome. */
  public synchronized void note(String note) {
    notes.add(note);
  }

  /** What was noted. */
  public synchronized List<String> notes() {
    return List.copyOf(notes);
  }

  /** The first failure of the disk, if there was one. */
  public synchronized @Nullable IOException failure() {
    return failure;
  }
}
