package io.isoruntime.supervisor;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.Limit;
import io.isoruntime.supervisor.spi.Consumption;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A regular look at one sandbox: at the limits that the kernel counts without telling the program,
 * and, once decided, at whether init proves the sandbox empty within a second and goes on sending.
 */
final class Watch implements Runnable {
  private static final Duration EMPTY_WITHIN = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

  private final InitSession init;
  private final ProgramRun run;
  private final ExecutionLimits limits;
  private final Verdict verdict;
  private final Consumer<Decision> decide;
  private final AtomicBoolean busy = new AtomicBoolean();
  private long decidedNanos;

  Watch(
      InitSession init,
      ProgramRun run,
      ExecutionLimits limits,
      Verdict verdict,
      Consumer<Decision> decide) {
    this.init = init;
    this.run = run;
    this.limits = limits;
    this.verdict = verdict;
    this.decide = decide;
  }

  @Override
  public void run() {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    try {
      if (verdict.isDecided()) {
        afterDecision();
      } else if (init.isStarted()) {
        whileRunning();
      }
    } finally {
      busy.set(false);
    }
  }

  private void whileRunning() {
    Consumption consumption = run.consumptionOf(init);
    if (consumption.outOfMemoryKills() > 0) {
      decide.accept(new Decision.Exceeded(Limit.MEMORY));
    } else if (consumption.cpu().isPresent()
        && limits.cpuTime().isPresent()
        && consumption.cpu().get().compareTo(limits.cpuTime().get()) > 0) {
      decide.accept(new Decision.Exceeded(Limit.CPU));
    }
  }

  private void afterDecision() {
    long now = System.nanoTime();
    if (decidedNanos == 0) {
      decidedNanos = now;
    }
    boolean late = !run.isEmpty() && now - decidedNanos > EMPTY_WITHIN.toNanos();
    // Once init is done, what takes long is ours: the records of a large output.
    boolean silent =
        run.isEmpty() && !run.isDone() && now - run.lastFrameNanos() > SILENCE.toNanos();
    if (late || silent) {
      LOG.warn(
          late
              ? "init did not prove its sandbox empty within a second; killing it from outside"
              : "init stopped sending; killing it from outside");
      init.sandbox().destroy();
    }
  }
}
