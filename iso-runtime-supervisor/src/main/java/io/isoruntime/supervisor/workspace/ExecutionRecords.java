package io.isoruntime.supervisor.workspace;

import com.fasterxml.jackson.databind.JsonNode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.supervisor.json.ExecutionJson;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.tools.CallRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one execution writes into its workspace besides artifacts. The first failure of the disk is
 * kept and ends further writing, so that it can be told with the result.
 */
public final class ExecutionRecords {
  private final WorkspaceLayout layout;
  private @Nullable IOException failure;
  private final List<String> notes = new ArrayList<>();
  private int calls;

  /** Writes into this workspace. */
  public ExecutionRecords(WorkspaceLayout layout) {
    this.layout = layout;
  }

  /**
   * Moves the earlier execution's records to {@code runs/} and writes the program.
   *
   * @param id of the execution that begins
   * @throws io.isoruntime.IsoException if the disk fails
   */
  public void begin(String id, String code) {
    try {
      layout.create();
      retire();
      WorkspaceLayout.write(layout.pkg().resolve("main.py"), code.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw layout.unusable("can't be written", e);
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
    records.add(layout.calls());
    for (Path record : records) {
      Path target = run.resolve(record.getFileName());
      WorkspaceLayout.delete(target);
      Files.move(record, target);
    }
    Files.createDirectory(layout.calls());
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }

  /** An execution that was cut off left no execution.json; its records are kept all the same. */
  private String earlierId() {
    try {
      Path json = layout.out().resolve("execution.json");
      if (Files.isRegularFile(json, LinkOption.NOFOLLOW_LINKS)) {
        JsonNode id = Json.parseObject(Files.readAllBytes(json)).get("id");
        if (id != null && id.isTextual() && id.textValue().matches("[A-Za-z0-9-]{1,64}")) {
          return id.textValue();
        }
      }
    } catch (IOException e) {
      // an unreadable record is kept under the name below
    }
    return "unfinished-" + System.currentTimeMillis();
  }

  /** The inputs, then the earlier outputs, as they are to be named beneath /workspace. */
  public List<InputFile> inputs() {
    try {
      List<InputFile> files = new ArrayList<>();
      for (String name : WorkspaceLayout.list(layout.in())) {
        files.add(new InputFile("in/" + name, layout.in().resolve(name)));
      }
      for (String name : WorkspaceLayout.list(layout.files())) {
        files.add(new InputFile("out/" + name, layout.files().resolve(name)));
      }
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

  /** Writes the record of a call: {@code out/calls/0001-add.json}. */
  public synchronized void call(CallRecord record) {
    calls++;
    String tool = record.call().tool().replaceAll("[^A-Za-z0-9_.]", "_");
    String name =
        String.format("%04d-%s.json", calls, tool.substring(0, Math.min(tool.length(), 100)));
    write(layout.calls().resolve(name), json(record));
  }

  private static byte[] json(CallRecord record) {
    JsonNode arguments = field(record.request(), "args");
    JsonNode result = record.reply() == null ? null : field(record.reply(), "ok");
    JsonNode error = record.reply() == null ? null : field(record.reply(), "error");
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

  /** What can't be parsed isn't a record's content; the status tells why. */
  private static @Nullable JsonNode field(byte[] json, String name) {
    try {
      return Json.parseObject(json).get(name);
    } catch (IOException e) {
      return null;
    }
  }

  /** Writes result.json, the logs and execution.json, last. */
  public void end(ExecutionResult result) {
    if (result.resultJson() != null) {
      write(layout.out().resolve("result.json"), utf8(result.resultJson()));
    }
    write(layout.out().resolve("runtime.out.log"), utf8(result.stdout().text()));
    write(layout.out().resolve("runtime.err.log"), utf8(result.stderr().text()));
    write(layout.out().resolve("execution.json"), utf8(ExecutionJson.write(result)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private synchronized void write(Path file, byte[] content) {
    if (failure != null) {
      return;
    }
    try {
      WorkspaceLayout.write(file, content);
    } catch (IOException e) {
      failure = e;
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
