package io.isoruntime.benchmarks;

import io.isoruntime.supervisor.channel.Frame;
import io.isoruntime.supervisor.channel.FrameReader;
import io.isoruntime.supervisor.channel.FrameType;
import io.isoruntime.supervisor.channel.FrameWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The codec of the channel: one frame, without the system call that moves it. */
public class FrameBenchmark extends TimedBenchmark {
  /** A tool call, a piece of output, a piece of a large file. */
  @Param({"64", "65536", "262144"})
  public int bytes;

  private byte[] payload = {};
  private FrameWriter writer = new FrameWriter(OutputStream.nullOutputStream());
  private FrameReader reader = new FrameReader(new EndlessInput(payload));

  /** Makes what is written and read. */
  @Setup
  public void prepare() throws IOException {
    payload = new byte[bytes];
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    new FrameWriter(frame).write(FrameType.STDOUT, payload);
    writer = new FrameWriter(OutputStream.nullOutputStream());
    reader = new FrameReader(new EndlessInput(frame.toByteArray()));
  }

  /** Encodes one. */
  @Benchmark
  public void write() throws IOException {
    writer.write(FrameType.STDOUT, payload);
  }

  /** Decodes one. */
  @Benchmark
  public @Nullable Frame read() throws IOException {
    return reader.read();
  }
}
