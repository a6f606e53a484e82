package io.isoruntime.toolhost;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.ToolException;
import io.isoruntime.supervisor.json.Json;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of a tool host, from its start to its end. Thread-safe. */
final class HostConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HostConnection.class);
  private static final int MAX_PENDING = 1_024;

  /** For so long after a call's deadline the tool host may still answer it. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final HostPlan plan;
  private final HostProcess process;
  private final Executor completions;
  private final ScheduledExecutorService timers;
  private final OutputStream out;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Pending> pending = new ConcurrentHashMap<>();
  private final Map<Long, Future<?>> unanswered = new ConcurrentHashMap<>();
  private final CompletableFuture<Catalog> catalog = new CompletableFuture<>();
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private volatile String importing = "";
  private volatile boolean stuck;

  private record Pending(String tool, CompletableFuture<byte[]> answer) {}

  private HostConnection(
      HostPlan plan, HostProcess process, Executor completions, ScheduledExecutorService timers) {
    this.plan = plan;
    this.process = process;
    this.completions = completions;
    this.timers = timers;
    this.out = process.input();
  }

  /**
   * Starts a tool host and waits until it has imported its bundles.
   *
   * @param completions runs what follows upon an answer
   * @param timers only hand over
   * @param started is told of it before that, so that it can be ended meanwhile
   * @throws IsoException if that fails or takes too long; then nothing of it is left
   */
  static HostConnection open(
      HostPlan plan,
      Executor completions,
      ScheduledExecutorService timers,
      Consumer<HostConnection> started) {
    List<java.nio.file.Path> directories =
        plan.bundles().stream().map(BundleSelection::path).toList();
    HostProcess process =
        plan.placement().start(new HostLaunch(HostSources.arguments(), directories));
    HostConnection connection = new HostConnection(plan, process, completions, timers);
    Thread reader = new Thread(connection::read, "iso-toolhost-" + plan.placement().name());
    reader.setDaemon(true);
    reader.start();
    started.accept(connection);
    try {
      connection.load();
      connection.catalog.get(plan.startTime().toMillis(), TimeUnit.MILLISECONDS);
      return connection;
    } catch (TimeoutException e) {
      connection.end();
      throw connection.failed("did not import its bundles in time" + connection.atWork(), e);
    } catch (ExecutionException | IOException e) {
      connection.end(); // its last words are complete now
      throw connection.failed("ended before its bundles were imported", e);
    } catch (InterruptedException e) {
      connection.end();
      Thread.currentThread().interrupt();
      throw connection.failed("was not waited for: this thread was interrupted", e);
    }
  }

  private String atWork() {
    return importing.isEmpty() ? "" : "; it was importing " + importing;
  }

  private IsoException failed(String what, Exception cause) {
    String words = process.lastWords().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return new IsoException(
        new Problem(
            ErrorCode.TOOL_HOST_FAILED,
            "The tool host ("
                + plan.placement().name()
                + ") "
                + what
                + (words.isEmpty() ? "." : ", and said: " + words + "."),
            "Its tools can't be called.",
            "Look at the log of io.isoruntime.toolhost.output; it needs Python 3.9 or newer, and"
                + " bundles that are imported within the start time."),
        cause);
  }

  private void load() throws IOException {
    byte[] program = HostSources.program();
    byte[] settings =
        Json.bytes(
            Json.object(
                "bundles",
                plan.bundles().stream()
                    .map(bundle -> bundle.json(process.nameOf(bundle.path())))
                    .toList(),
                "environment",
                plan.environment(),
                "parallel",
                plan.parallel(),
                "resultBytes",
                plan.resultBytes()));
    synchronized (out) {
      DataOutputStream data = new DataOutputStream(out);
      data.writeInt(program.length);
      data.write(program);
      data.write(new HostFrame(HostFrame.LOAD, 0, settings).bytes());
      data.flush();
    }
  }

  /** What it found. */
  Catalog catalog() {
    return catalog.join();
  }

  /**
   * Runs the action, with the reason, when it has ended and before its calls fail: whoever then
   * calls again must not meet it any more. The action must be short, since the calls wait for it.
   */
  void onEnd(Consumer<String> action) {
    var unused = ended.thenAccept(action);
  }

  /**
   * Begins a call.
   *
   * @param request {@code {"tool": …, "arguments": …}}
   * @param timeout after which it is ended
   * @return the result's JSON, or a {@link ToolException}; to cancel it cancels the call
   */
  CompletableFuture<byte[]> call(String tool, byte[] request, Duration timeout) {
    if (pending.size() >= MAX_PENDING) {
      return CompletableFuture.failedFuture(
          new ToolException("BUSY", "The tool host has too many calls at once.", true));
    }
    long number = last.incrementAndGet();
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    pending.put(number, new Pending(tool, answer));
    expectAnswer(number, timeout);
    int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
    byte[] payload =
        ByteBuffer.allocate(Integer.BYTES + request.length).putInt(millis).put(request).array();
    try {
      send(new HostFrame(HostFrame.CALL, number, payload));
    } catch (IOException e) {
      LOG.debug("the tool host has just ended", e);
      finish(number, lost());
    }
    if (ended.isDone()) { // perhaps after its calls were answered, and before this one was there
      answered(number);
      finish(number, lost());
    }
    var unused =
        answer.whenComplete(
            (value, failure) -> {
              if (pending.remove(number) != null) { // by whoever gave it up
                cancel(number);
              }
            });
    return answer;
  }

  /**
   * The tool host answers each call by its deadline, a cancelled one too, whatever the tool does.
   * One that doesn't is stopped or stuck, and is ended.
   */
  private void expectAnswer(long number, Duration timeout) {
    try {
      unanswered.put(
          number,
          timers.schedule(() -> overdue(number), timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (RejectedExecutionException e) {
      LOG.debug("all is being closed", e);
    }
  }

  /** Not ended at once: after a suspension of this JVM, the answer is there and must be read. */
  private void overdue(long number) {
    unanswered.computeIfPresent(
        number,
        (same, timer) ->
            timers.schedule(
                () -> completions.execute(() -> endIfStuck(number)),
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS));
  }

  private void endIfStuck(long number) {
    if (unanswered.remove(number) != null) {
      stuck = true;
      end();
    }
  }

  private void answered(long number) {
    @Nullable Future<?> timer = unanswered.remove(number);
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void cancel(long number) {
    try {
      send(new HostFrame(HostFrame.CANCEL, number, new byte[0]));
    } catch (IOException e) {
      LOG.debug("the tool host has just ended", e);
    }
  }

  private void send(HostFrame frame) throws IOException {
    byte[] bytes = frame.bytes();
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  private void read() {
    String reason = "it ended";
    try (DataInputStream in =
        new DataInputStream(new java.io.BufferedInputStream(process.output(), 1 << 16))) {
      for (HostFrame frame = HostFrame.read(in); frame != null; frame = HostFrame.read(in)) {
        take(frame);
      }
    } catch (IOException | RuntimeException e) {
      reason = String.valueOf(e);
      LOG.debug("the tool host's stream ended", e);
    }
    ended.complete(stuck ? "it did not answer" : reason);
    unanswered.keySet().forEach(this::answered);
    catalog.completeExceptionally(new IOException(reason));
    pending.keySet().forEach(number -> finish(number, lost()));
  }

  private void take(HostFrame frame) throws IOException {
    switch (frame.type()) {
      case HostFrame.CATALOG -> catalog.complete(Catalog.parse(frame.payload()));
      case HostFrame.IMPORTING -> importing = new String(frame.payload(), StandardCharsets.UTF_8);
      case HostFrame.LOG -> HostLog.write(label(frame.call()), frame.payload());
      case HostFrame.RESULT -> {
        answered(frame.call());
        @Nullable Pending call = pending.remove(frame.call());
        if (call != null) {
          apart(() -> call.answer().complete(frame.payload()));
        }
      }
      case HostFrame.FAILURE -> {
        answered(frame.call());
        finish(frame.call(), told(frame.payload()));
      }
      default -> throw new IOException("a frame of type " + frame.type());
    }
  }

  private String label(long number) {
    @Nullable Pending call = pending.get(number);
    String host = plan.placement().name();
    return number == 0
        ? host
        : host + ", call " + number + (call == null ? "" : " of " + call.tool());
  }

  /** The keeper passes on what a tool's process sent, which may be anything and is that call's. */
  private static ToolException told(byte[] payload) {
    try {
      ObjectNode told = Json.parseObject(payload);
      return new ToolException(
          told.path("code").asText("TOOL_FAILED"),
          told.path("message").asText(""),
          told.path("retryable").asBoolean());
    } catch (IOException e) {
      LOG.debug("a tool's failure can't be read", e);
      return new ToolException("TOOL_FAILED", "The tool failed in a way it could not tell.", false);
    }
  }

  private static ToolException lost() {
    return new ToolException(
        "TOOL_HOST_LOST", "The tool host ended during the call; it is started again.", true);
  }

  private void finish(long number, ToolException failure) {
    @Nullable Pending call = pending.remove(number);
    if (call != null) {
      apart(() -> call.answer().completeExceptionally(failure));
    }
  }

  /** What follows upon an answer may take a while, and must not keep others from theirs. */
  private void apart(Runnable completion) {
    try {
      completions.execute(completion);
    } catch (RejectedExecutionException e) {
      completion.run(); // all is being closed
    }
  }

  /** Ends it, and waits for it. Idempotent. */
  void end() {
    process.end();
  }
}
