package io.isoruntime.supervisor.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.LedgerSummary;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.ledger.LedgerChain;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one execution writes into its workspace besides artifacts. The first failure of the disk is
 * kept and ends further writing, so that it can be told with the result.
 */
public final class ExecutionRecords {
  private static final OpenOption[] INTO = {StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS};

  private final WorkspaceLayout layout;
  private final String code;
  private final Path stdout;
  private final Path stderr;
  private final Path executionJson;
  private final DiskQueue disk;
  private final CallRecords calls;
  private final List<String> notes = new ArrayList<>();
  private @Nullable CompletableFuture<Void> begun; // of the flow's thread

  // Of what is written in turn, and then of end() alone:
  private final List<Path> made = new ArrayList<>();
  private boolean reserved;

  /**
   * Writes into this workspace; what nobody waits for on a thread of {@code writers}.
   *
   * @param code the program
   * @param entries how its calls are recorded
   * @param written is told of each call that is in the ledger, on a thread that writes
   */
  public ExecutionRecords(
      WorkspaceLayout layout,
      Executor writers,
      String code,
      LedgerEntries entries,
      Consumer<LedgerChain.Link> written) {
    this.layout = layout;
    this.code = code;
    this.stdout = layout.out().resolve("runtime.out.log");
    this.stderr = layout.out().resolve("runtime.err.log");
    this.executionJson = layout.out().resolve("execution.json");
    this.disk = new DiskQueue(writers);
    this.calls = new CallRecords(layout.calls(), disk, entries, written);
  }

  /**
   * Moves the earlier execution's records to {@code runs/} and writes the program. Returns at once;
   * only the first call does something. Without one, {@link #end} does it.
   */
  public void begin() {
    var unused = beginning();
  }

  private CompletableFuture<Void> beginning() {
    if (begun == null) {
      begun = disk.later(this::prepare);
    }
    return begun;
  }

  /**
   * Waits until that is done.
   *
   * @throws io.isoruntime.IsoException if the disk fails
   */
  public void awaitBegun() {
    beginning().join();
    IOException failed = failure();
    if (failed != null) {
      throw layout.unusable("can't be written", failed);
    }
  }

  private void prepare() throws IOException {
    WorkspaceLayout.abandon(executionJson); // of one that was cut off
    retire();
    WorkspaceLayout.write(layout.pkg().resolve("main.py"), utf8(code));
    // Now, and not when everybody waits: a new inode takes longer than what is written into it.
    made.add(Files.createFile(stdout));
    made.add(Files.createFile(stderr));
    WorkspaceLayout.reserve(executionJson);
    reserved = true;
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

  /** Writes the record of a call. Does not wait for the disk; {@link #end} does. */
  public void call(CallRecord record) {
    calls.add(record);
  }

  /** Counts a call that was refused beyond the limit, and of which there is no record. */
  public void refusedCall() {
    calls.addRefused();
  }

  /** What the ledger of calls comes to, once all of them are written; waits for that. */
  public LedgerSummary ledger() {
    begin();
    disk.awaitIdle();
    return calls.summary();
  }

  /** Writes result.json, the logs and execution.json, last. */
  public void end(ExecutionResult result) {
    begin();
    disk.awaitIdle();
    if (result.resultJson() != null) {
      write(layout.out().resolve("result.json"), utf8(result.resultJson()));
    }
    disk.now(() -> Files.write(stdout, utf8(result.stdout().text()), INTO));
    disk.now(() -> Files.write(stderr, utf8(result.stderr().text()), INTO));
    byte[] whole = utf8(ExecutionJson.write(result));
    if (reserved) {
      reserved = false;
      disk.now(() -> WorkspaceLayout.writeReserved(executionJson, whole));
    } else {
      write(executionJson, whole); // a second time, with what came to light meanwhile
    }
    if (failure() != null) { // whole or not at all
      WorkspaceLayout.abandon(executionJson);
      made.forEach(WorkspaceLayout::deleteQuietly);
    }
  }

  private void write(Path file, byte[] content) {
    disk.now(() -> WorkspaceLayout.write(file, content));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
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
  public @Nullable IOException failure() {
    return disk.failure();
  }
}
