package io.isoruntime.supervisor;

import io.isoruntime.supervisor.ScriptedBackend.GoodFacts;
import io.isoruntime.supervisor.ScriptedBackend.Init;
import io.isoruntime.supervisor.ScriptedBackend.Script;
import io.isoruntime.supervisor.spi.Consumption;
import io.isoruntime.supervisor.spi.HostFacts;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** A back-end whose sandboxes are made, played and destroyed when a schedule says so. */
final class SteppedBackend implements SandboxBackend {
  final List<SteppedSandbox> sandboxes = new CopyOnWriteArrayList<>();
  private final Schedule schedule;
  private final IntFunction<Script> scripts;
  private int created;

  /**
   * Plays these.
   *
   * @param scripts what the init of the n-th sandbox does, from 0 on
   */
  SteppedBackend(Schedule schedule, IntFunction<Script> scripts) {
    this.schedule = schedule;
    this.scripts = scripts;
  }

  @Override
  public String name() {
    return "stepped";
  }

  @Override
  public CompletionStage<Sandbox> create(SandboxSpec spec) {
    CompletableFuture<Sandbox> made = new CompletableFuture<>();
    Script script = scripts.apply(created++);
    schedule.spawn(
        "creation",
        () -> {
          SteppedSandbox sandbox = new SteppedSandbox();
          sandboxes.add(sandbox);
          schedule.spawn("init", () -> sandbox.play(script, spec));
          Schedule.step("has made the sandbox");
          made.complete(sandbox);
        });
    return made;
  }

  @Override
  public void close() {}

  /** Streams that a schedule steps through. */
  final class SteppedSandbox implements Sandbox {
    private final SteppedPipe fromInit = new SteppedPipe("the channel from init");
    private final SteppedPipe toInit = new SteppedPipe("the channel to init");
    private final CompletableFuture<Void> proof = new CompletableFuture<>();
    private boolean dying;
    private final AtomicInteger destructions = new AtomicInteger();
    volatile Consumption consumption = Consumption.UNKNOWN;

    private void play(Script script, SandboxSpec spec) {
      try {
        script.play(new Init(toInit.in, fromInit.out, spec.token()));
      } catch (IOException e) {
        // the sandbox was destroyed under it, or the channel was lost
      } finally {
        loseChannel();
      }
    }

    /** As if init were gone. */
    void loseChannel() {
      fromInit.end();
      toInit.end();
    }

    /** Whether it was destroyed, once, and nothing of it is left. */
    boolean isProvenGone() {
      return destructions.get() == 1 && proof.isDone() && fromInit.isClosed() && toInit.isClosed();
    }

    boolean isDying() {
      return dying;
    }

    @Override
    public InputStream fromInit() {
      Schedule.step("opens the channel");
      return fromInit.in;
    }

    @Override
    public OutputStream toInit() {
      return toInit.out;
    }

    @Override
    public String channel() {
      return "stepped";
    }

    @Override
    public HostFacts hostFacts() {
      Schedule.step("reads the host's facts");
      return GoodFacts.host();
    }

    @Override
    public Consumption consumption() {
      Schedule.step("reads the consumption");
      return consumption;
    }

    @Override
    public CompletionStage<Void> destroy() {
      Schedule.step("destroys");
      synchronized (this) {
        if (dying) {
          return proof;
        }
        dying = true;
      }
      schedule.spawn(
          "destruction",
          () -> {
            fromInit.close();
            toInit.close();
            Schedule.step("has killed the sandbox");
            destructions.incrementAndGet();
            proof.complete(null);
          });
      return proof;
    }
  }
}
