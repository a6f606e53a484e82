package io.isoruntime.supervisor;

import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionEvent.OutputStreamName;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.OutputText;
import io.isoruntime.Usage;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.json.Json;
import io.isoruntime.supervisor.output.CappedOutput;
import io.isoruntime.supervisor.output.EventStream;
import io.isoruntime.supervisor.output.Utf8Decoder;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.workspace.ArtifactReceiver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a program does and leaves, as the channel tells it. Written by the flow's thread alone. */
final class ProgramRun {
  private final EventStream events;
  private final CappedOutput out;
  private final CappedOutput err;
  private final Utf8Decoder outText = new Utf8Decoder();
  private final Utf8Decoder errText = new Utf8Decoder();
  private @Nullable String resultJson;
  private Reports.@Nullable End end;
  private Reports.@Nullable Exited exited;
  private volatile Reports.@Nullable Done done;
  private @Nullable Consumption consumption;
  private volatile Consumption reported = Consumption.UNKNOWN;
  private long startNanos;
  private long wallNanos;
  private volatile boolean empty;
  private boolean neverStarted;
  private volatile long lastFrameNanos = System.nanoTime();

  ProgramRun(ExecutionLimits limits, EventStream events) {
    this.events = events;
    this.out = new CappedOutput(limits.outputBytes());
    this.err = new CappedOutput(limits.outputBytes());
  }

  /**
   * Reads until the sandbox is proven empty, or the channel ends.
   *
   * @param replaceable whether to return as well when what was to become the program is dead
   */
  void follow(InitSession init, ExecutionFlow flow, boolean replaceable) throws IOException {
    for (Frame frame = init.read(); frame != null; frame = init.read()) {
      lastFrameNanos = System.nanoTime();
      switch (frame.type()) {
        case STARTED -> {
          if (init.isStarted()) {
            throw new ChannelException("STARTED came twice");
          }
          startNanos = lastFrameNanos;
          init.markStarted();
          flow.started();
        }
        case STDOUT -> output(OutputStreamName.STDOUT, out, outText, frame.payload());
        case STDERR -> output(OutputStreamName.STDERR, err, errText, frame.payload());
        case CALL -> flow.called(frame.payload());
        case RESULT -> result(frame.payload(), flow);
        case END -> end = end(frame.payload());
        case VIOLATION ->
            flow.decide(
                new Decision.Violated(
                    Reports.read(frame.payload(), Reports.Violation.class).message()));
        case TAKEN ->
            init.replies().taken(Reports.read(frame.payload(), Reports.Taken.class).bytes());
        case USAGE -> reported = Reports.read(frame.payload(), Reports.Used.class).consumption();
        case EXITED -> {
          if (replaceable && !init.isStarted() && end == null) {
            neverStarted = true; // a STARTED would have come before
            return;
          }
          exited = Reports.read(frame.payload(), Reports.Exited.class);
          wallNanos = startNanos == 0 ? 0 : lastFrameNanos - startNanos;
          flow.decideAndKill(exited.deadline() ? new Decision.Expired() : new Decision.Exited());
        }
        case EMPTY -> {
          empty = true;
          return;
        }
        default -> throw new ChannelException(frame.type() + " came while the program ran");
      }
    }
  }

  /** Reads what the dead program left. */
  void collect(InitSession init, ArtifactReceiver artifacts) throws IOException {
    if (!empty) {
      return;
    }
    for (Frame frame = init.read(); frame != null; frame = init.read()) {
      lastFrameNanos = System.nanoTime();
      switch (frame.type()) {
        case FILE -> {
          Reports.File file = Reports.read(frame.payload(), Reports.File.class);
          artifacts.begin(file.path(), file.size());
        }
        case FILE_DATA -> artifacts.data(frame.payload());
        case REJECTED -> {
          Reports.Rejected rejected = Reports.read(frame.payload(), Reports.Rejected.class);
          artifacts.reject(rejected.path(), rejected.reason());
        }
        case USAGE -> {} // a sign of life: there is much to look through, and nothing to tell
        case DONE -> {
          done = Reports.read(frame.payload(), Reports.Done.class);
          usedAccordingTo(init);
          return;
        }
        default -> throw new ChannelException(frame.type() + " came while artifacts were sent");
      }
    }
  }

  private void output(
      OutputStreamName stream, CappedOutput kept, Utf8Decoder decoder, byte[] bytes) {
    kept.write(bytes);
    if (events.isDropping()) {
      events.drop(); // gigabytes that nobody reads aren't worth decoding
    } else {
      events.publish(new ExecutionEvent.Output(stream, decoder.decode(bytes)));
    }
  }

  /** The library in the sandbox sends valid JSON only; anything else is the program's own doing. */
  private void result(byte[] json, ExecutionFlow flow) {
    try {
      Json.check(json);
      resultJson = new String(json, StandardCharsets.UTF_8);
    } catch (IOException e) {
      flow.decide(
          new Decision.Violated("The program sent a result that is not JSON: " + e.getMessage()));
    }
  }

  /** A report that the program forged badly counts as none. */
  private static Reports.@Nullable End end(byte[] payload) {
    try {
      return Reports.read(payload, Reports.End.class);
    } catch (ChannelException e) {
      return null;
    }
  }

  /** Asks the host once what was used, while it can still tell. */
  void usedAccordingTo(@Nullable InitSession init) {
    if (init != null && consumption == null) {
      consumption = consumptionOf(init);
    }
    if (wallNanos == 0 && startNanos != 0) {
      wallNanos = System.nanoTime() - startNanos;
    }
  }

  /** As the host counts it, and where it can't, as init reads it from the kernel. */
  Consumption consumptionOf(InitSession init) {
    return init.sandbox().consumption().or(reported);
  }

  private Consumption consumption() {
    return consumption == null ? Consumption.UNKNOWN : consumption;
  }

  /** Whether init found more than it could tell of. */
  boolean isCollectionTruncated() {
    return done != null && done.truncated();
  }

  /** Whether the program ran and what it left was not, or not completely, collected. */
  boolean isCollectionLost() {
    return startNanos != 0 && done == null;
  }

  /** Whether init told that what was to become the program had ended before. */
  boolean hasNeverStarted() {
    return neverStarted;
  }

  boolean isEmpty() {
    return empty;
  }

  /** Whether init has sent all that it was to send. */
  boolean isDone() {
    return done != null;
  }

  long lastFrameNanos() {
    return lastFrameNanos;
  }

  Conclusion.Evidence evidence(boolean artifactsLimited) {
    return new Conclusion.Evidence(
        end,
        exited,
        startNanos != 0,
        consumption(),
        done != null && done.storageFull(),
        artifactsLimited,
        out.truncated() || err.truncated());
  }

  Usage usage() {
    Duration cpu =
        consumption()
            .cpu()
            .orElse(done == null ? Duration.ZERO : Duration.ofMillis(done.cpuMillis()));
    long peak = consumption().peakMemoryBytes().orElse(done == null ? 0 : done.peakMemoryBytes());
    return new Usage(Duration.ofNanos(wallNanos), cpu, peak);
  }

  OutputText stdout() {
    return out.text();
  }

  OutputText stderr() {
    return err.text();
  }

  @Nullable String resultJson() {
    return resultJson;
  }

  @Nullable Object result() {
    try {
      return resultJson == null ? null : Json.plain(resultJson.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("A result that was checked can't be read.", e);
    }
  }
}
