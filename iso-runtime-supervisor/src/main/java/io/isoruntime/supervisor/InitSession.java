package io.isoruntime.supervisor;

import static java.util.Objects.requireNonNull;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Problem;
import io.isoruntime.supervisor.attest.Facts;
import io.isoruntime.supervisor.attest.Judge;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.channel.FrameReader;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.channel.FrameWriter;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.spi.Protocol;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.Token;
import io.isoruntime.supervisor.tools.ToolModule;
import io.isoruntime.supervisor.workspace.ExecutionRecords.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our side of the conversation with one init. One thread reads; sending and killing may come from
 * any.
 */
final class InitSession {
  private static final Logger LOG = LoggerFactory.getLogger(InitSession.class);

  private final Sandbox sandbox;
  private final String backend;
  private final SupervisorConfig config;
  private final FrameReader reader;
  private final FrameWriter writer;
  private final ReplyWindow replies;
  private volatile @Nullable Facts facts;
  private @Nullable ExecutionLimits running; // those of the program, once it is told to run
  private boolean killed;
  private final AtomicBoolean dismissed = new AtomicBoolean();
  private volatile boolean started;
  private boolean toldToRun; // of the flow's thread

  InitSession(Sandbox sandbox, String backend, SupervisorConfig config, Executor platformThreads) {
    this.sandbox = sandbox;
    this.backend = backend;
    this.config = config;
    this.reader = new FrameReader(sandbox.fromInit());
    this.writer = new FrameWriter(sandbox.toInit());
    this.replies = new ReplyWindow(writer, platformThreads);
  }

  Sandbox sandbox() {
    return sandbox;
  }

  /** Reads HELLO: the token proves that this init is ours. */
  void authenticate(Token token) throws IOException {
    Frame frame = require(FrameType.HELLO);
    Reports.Hello hello = Reports.read(frame.payload(), Reports.Hello.class);
    if (hello.protocol() != Protocol.VERSION) {
      throw Failures.notAuthentic(
              "Init speaks protocol " + hello.protocol() + ", not " + Protocol.VERSION + ".")
          .toException();
    }
    if (!token.matchesHex(hello.token())) {
      throw Failures.notAuthentic("Init presented a wrong token.").toException();
    }
  }

  /** Reads ATTEST. */
  void readFacts() throws IOException {
    Frame frame = require(FrameType.ATTEST);
    try {
      facts = Facts.parse(frame.payload());
    } catch (IOException e) {
      throw new ChannelException("init sent malformed facts: " + e.getMessage(), e);
    }
  }

  /** Compares the facts with what the host sees now, and with what the embedder requires. */
  IsolationReport isolation() {
    Facts facts = requireNonNull(this.facts, "the facts have not been read");
    return new IsolationReport(
        backend,
        sandbox.channel(),
        Judge.readings(facts, sandbox.hostFacts(), config.profile(), config.waived()));
  }

  private Frame require(FrameType type) throws IOException {
    Frame frame = reader.read();
    if (frame == null) {
      throw new ChannelException("it ended before " + type);
    }
    if (frame.type() == FrameType.FAILED) {
      throw setupFailed(Reports.read(frame.payload(), Reports.Failed.class)).toException();
    }
    if (frame.type() != type) {
      throw new ChannelException(frame.type() + " came instead of " + type);
    }
    return frame;
  }

  private static Problem setupFailed(Reports.Failed failed) {
    ErrorCode code =
        Arrays.stream(ErrorCode.values())
            .filter(known -> known.code().equals(failed.code()))
            .findFirst()
            .orElse(ErrorCode.SANDBOX_SETUP_FAILED);
    return new Problem(
        code,
        "The sandbox could not be built: " + failed.message() + ".",
        "No code was run.",
        failed.remedy());
  }

  /**
   * Sends inputs and the order to run, unless the execution is decided already; all that is small
   * in one write.
   *
   * @param atMost how long the program may live; we may end it before
   */
  void start(Inputs inputs, ExecutionRequest request, Duration atMost, Verdict verdict)
      throws IOException {
    byte[] buffer = new byte[Frame.DATA_CHUNK];
    send("pkg/main.py", inputs.program());
    ToolModule tools = ToolModule.of(request.tools());
    if (!tools.isEmpty()) {
      send("lib/tools.data", tools.data());
      send("lib/tools.pyi.z", tools.stubs());
    }
    for (InputFile file : inputs.files()) {
      send(file, buffer);
    }
    byte[] run =
        Json.bytes(
            Json.object(
                "program", "pkg/main.py",
                "deadlineMillis", atMost.toMillis(),
                "links", inputs.links(),
                "cpuMillis", request.limits().cpuTime().map(Duration::toMillis).orElse(null),
                "preload", config.profile().preloads()));
    synchronized (this) {
      if (verdict.isDecided()) {
        return;
      }
      running = request.limits();
    }
    writer.write(FrameType.RUN, run); // if that fails, init did not get all of it
    toldToRun = true;
  }

  private void send(String path, byte[] content) throws IOException {
    input(path, content.length);
    for (int sent = 0; sent < content.length; sent += Frame.DATA_CHUNK) {
      int end = Math.min(content.length, sent + Frame.DATA_CHUNK);
      byte[] part = Arrays.copyOfRange(content, sent, end);
      writer.add(FrameType.INPUT_DATA, part, part.length);
    }
  }

  private void input(String path, long size) throws IOException {
    byte[] announced = Json.bytes(Json.object("path", path, "size", size));
    writer.add(FrameType.INPUT, announced, announced.length);
  }

  /** The size was announced: a file that changes meanwhile must not spoil the framing. */
  private void send(InputFile file, byte[] buffer) throws IOException {
    try (InputStream in = open(file)) {
      long left = size(file);
      input(file.path(), left);
      while (left > 0) {
        int count = read(file, in, buffer, (int) Math.min(buffer.length, left));
        writer.add(FrameType.INPUT_DATA, buffer, count);
        left -= count;
      }
    }
  }

  private static InputStream open(InputFile file) {
    try {
      return Files.newInputStream(file.file());
    } catch (IOException e) {
      throw unreadable(file, e.toString());
    }
  }

  private static long size(InputFile file) {
    try {
      return Files.size(file.file());
    } catch (IOException e) {
      throw unreadable(file, e.toString());
    }
  }

  private static int read(InputFile file, InputStream in, byte[] buffer, int most) {
    int count;
    try {
      count = in.read(buffer, 0, most);
    } catch (IOException e) {
      throw unreadable(file, e.toString());
    }
    if (count < 0) {
      throw unreadable(file, "it shrank while it was read");
    }
    return count;
  }

  private static IsoException unreadable(InputFile file, String why) {
    return new Problem(
            ErrorCode.INPUT_UNUSABLE,
            "The workspace's " + file.path() + " can't be sent: " + why + ".",
            "The program was not started.",
            "Leave the workspace's files alone while an execution begins.")
        .toException();
  }

  @Nullable Frame read() throws IOException {
    return reader.read();
  }

  void markStarted() {
    started = true;
  }

  /** Whether it was told to run the program: from then on the program may have begun. */
  boolean isToldToRun() {
    return toldToRun;
  }

  boolean isStarted() {
    return started;
  }

  /** Where tool replies go. */
  ReplyWindow replies() {
    return replies;
  }

  /**
   * Has init kill the tree and collect; before the program was started, the whole sandbox is
   * destroyed instead. May block for a moment. Idempotent.
   */
  void kill() {
    ExecutionLimits limits;
    synchronized (this) {
      if (killed) {
        return;
      }
      killed = true;
      limits = running;
    }
    if (limits == null) {
      sandbox.destroy();
      return;
    }
    try {
      writer.write(
          FrameType.KILL,
          Json.bytes(
              Json.object(
                  "collect", true,
                  "maxFiles", limits.artifactCount(),
                  "maxBytes", limits.artifactBytes(),
                  "maxFileBytes", Math.min(limits.artifactBytes(), config.profile().fileBytes()))));
    } catch (IOException e) {
      LOG.debug("init is gone before it was told to kill", e);
      sandbox.destroy();
    }
  }

  /**
   * Tells init that all has arrived, which then ends; its end may take this core for a moment.
   * Idempotent.
   */
  void bye() {
    if (!dismissed.compareAndSet(false, true)) {
      return;
    }
    try {
      writer.write(FrameType.BYE);
    } catch (IOException e) {
      LOG.debug("init is gone before it was told to go", e);
    }
  }
}
