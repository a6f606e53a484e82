package io.isoruntime.benchmarks;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A tool call from its bytes to those of its reply, with a deadline and a record, on no channel.
 */
public class DispatchBenchmark extends TimedBenchmark {
  private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final Caller alone = new Caller(Runnable::run, timers);
  private final Caller pooled = new Caller(handlers, timers);

  /** A deadline that was not needed goes with its call, as in a runtime. */
  public DispatchBenchmark() {
    timers.setRemoveOnCancelPolicy(true);
  }

  /** With the function on the thread that dispatches: what the dispatcher itself takes. */
  @Benchmark
  public byte[] onTheSameThread() throws IOException {
    return alone.call();
  }

  /** With the function on a thread of a pool, as in a runtime: two hand-offs more. */
  @Benchmark
  public byte[] onAPool() throws IOException {
    return pooled.call();
  }

  /** Ends the threads. */
  @TearDown
  public void end() {
    alone.close();
    pooled.close();
    handlers.shutdownNow();
    timers.shutdownNow();
  }
}
