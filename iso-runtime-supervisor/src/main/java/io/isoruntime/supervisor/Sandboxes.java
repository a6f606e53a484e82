package io.isoruntime.supervisor;

import io.isoruntime.ExecutionLimits;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import io.isoruntime.supervisor.spi.Token;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime's sandboxes. Some are made ahead, so that a program need not wait for one: isolated and
 * attested like any other, each for one execution. Where none is ready one is made on demand.
 * Thread-safe.
 */
final class Sandboxes {
  private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

  /** One at a time, so that those which run are hardly disturbed. */
  private static final int MADE_AT_ONCE = 1;

  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration OLDEST = Duration.ofMinutes(10);
  private static final Duration ENDING = Duration.ofMinutes(1);
  private static final Duration CLOSE = Duration.ofSeconds(15);

  /** A program that may take longer gets a sandbox of its own: what is ahead has a lifetime too. */
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Time for the execution that took one: a short one is over by then. */
  private static final Duration LET_RUN = Duration.ofMillis(50);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final SandboxBackend backend;
  private final SupervisorConfig config;
  private final Threads threads;
  private final Supplier<String> ids;
  private final Deque<Preparation> warm = new ArrayDeque<>();
  private final Deque<Preparation> making = new ArrayDeque<>();
  private final Map<Preparation, CompletableFuture<Void>> ending = new ConcurrentHashMap<>();
  private final AtomicBoolean looking = new AtomicBoolean();
  private final int size;
  private int failures;
  private long pausedUntilNanos;
  private boolean closed;

  /**
   * Makes none yet.
   *
   * @param ids gives names to those that are made ahead
   */
  Sandboxes(
      SandboxBackend backend, SupervisorConfig config, Threads threads, Supplier<String> ids) {
    this.backend = backend;
    this.config = config;
    this.threads = threads;
    this.ids = ids;
    // A sandbox holds the directories that were there when it was made: what a path leads to by
    // then, and whether sockets lie in it, is to be looked at for each program.
    this.size = config.profile().mounts().isEmpty() ? config.warmSandboxes() : 0;
    pausedUntilNanos = System.nanoTime();
  }

  /** Begins to keep some ready. */
  void open() {
    if (size > 0) {
      refill();
      var unused =
          threads.timers.scheduleWithFixedDelay(
              this::beginLook, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** One at a time, however long an engine takes to answer; and without a thread, the next time. */
  private void beginLook() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    Runnable look =
        () -> {
          try {
            look();
          } finally {
            looking.set(false);
          }
        };
    if (!Threads.handOver(threads.work, look)) {
      looking.set(false);
    }
  }

  /** One that is ready, else one that will be. */
  Preparation take(String executionId, ExecutionLimits limits) {
    Preparation ahead = limits.wallTime().compareTo(LONGEST) <= 0 ? takeAhead() : null;
    if (ahead == null) {
      return make(executionId, limits);
    }
    LOG.debug("execution {}: gets the sandbox {}", executionId, ahead.id());
    var unused =
        threads.timers.schedule(
            () -> threads.work.execute(this::refill), LET_RUN.toMillis(), TimeUnit.MILLISECONDS);
    return ahead;
  }

  private @Nullable Preparation takeAhead() {
    while (true) {
      Preparation ahead;
      synchronized (this) {
        ahead = warm.isEmpty() ? making.poll() : warm.poll();
      }
      if (ahead == null || isFit(ahead)) {
        return ahead;
      }
      discard(ahead);
    }
  }

  private boolean isFit(Preparation ahead) {
    try {
      return isAsGoodAsNew(ahead);
    } catch (RuntimeException | Error e) { // such as of a host that can't be read; it is ours yet
      LOG.warn("the sandbox {} can't be looked at", ahead.id(), e);
      return false;
    }
  }

  /** A sandbox that waited is looked at as one that is made now: its host may have changed. */
  private boolean isAsGoodAsNew(Preparation ahead) {
    if (isOld(ahead)) {
      LOG.debug("the sandbox {} is too old", ahead.id());
      return false;
    }
    if (!ahead.isAlive()) {
      LOG.warn("the sandbox {} ended while it waited for a program", ahead.id());
      return false;
    }
    if (!ahead.isStillComplete()) {
      LOG.warn(
          "the sandbox {} was changed while it waited for a program: {}",
          ahead.id(),
          ahead.isolation());
      return false;
    }
    return true;
  }

  /** How many are ready. */
  synchronized int waiting() {
    return warm.size();
  }

  /** A new one, for this execution. */
  Preparation make(String executionId, ExecutionLimits limits) {
    return begin(executionId, limits.startTime(), limits.wallTime(), false);
  }

  private Preparation begin(String id, Duration startTime, Duration needed, boolean ahead) {
    return Preparation.begin(
        new SandboxSpec(
            id,
            config.profile(),
            Token.random(),
            startTime,
            startTime.plus(needed).plus(ENDING),
            ahead),
        backend,
        config,
        threads.work);
  }

  /** Makes what is missing. Returns at once. */
  void refill() {
    Preparation begun;
    synchronized (this) {
      if (closed
          || making.size() >= MADE_AT_ONCE
          || warm.size() + making.size() >= size
          || System.nanoTime() - pausedUntilNanos < 0) {
        return;
      }
      begun = begin(ids.get(), ExecutionLimits.defaults().startTime(), OLDEST.plus(LONGEST), true);
      making.add(begun);
    }
    Future<?> timer = expiry(begun);
    var unused =
        begun
            .ready()
            .whenComplete(
                (init, failure) -> {
                  timer.cancel(false);
                  made(begun, failure);
                });
  }

  private Future<?> expiry(Preparation begun) {
    try {
      return threads.timers.schedule(
          () -> expired(begun),
          ExecutionLimits.defaults().startTime().toMillis(),
          TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) { // we are being closed, which ends it as well
      return CompletableFuture.completedFuture(null);
    }
  }

  /** What is still not ready may never be: it is given up, and after a pause another is made. */
  private void expired(Preparation begun) {
    failed(begun, new TimeoutException("none was ready in time"));
  }

  private void made(Preparation begun, @Nullable Throwable failure) {
    if (failure == null) {
      ready(begun);
      refill();
    } else {
      failed(begun, failure);
    }
  }

  private synchronized void ready(Preparation begun) {
    if (making.remove(begun)) { // else an execution did not wait for that, or it was given up
      failures = 0;
      warm.add(begun);
    }
  }

  private void failed(Preparation begun, Throwable failure) {
    synchronized (this) {
      if (!making.remove(begun)) {
        return; // its execution tells, or was cancelled
      }
      pausedUntilNanos = System.nanoTime() + pause(failures++).toNanos();
    }
    LOG.warn("no sandbox could be made ahead: {}", failure.toString());
    discard(begun);
  }

  private static Duration pause(int failures) {
    Duration pause = LOOK.multipliedBy(1L << Math.min(failures, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  /** Lets those go that have died, grown old, or would be made otherwise now. */
  private void look() {
    List<Preparation> waiting;
    synchronized (this) {
      waiting = List.copyOf(warm);
    }
    for (Preparation one : waiting) {
      if (isStale(one) && forget(one)) {
        discard(one);
      }
    }
    refill();
  }

  private static boolean isStale(Preparation one) {
    try {
      return !one.isAlive() || isOld(one) || !one.isCurrent();
    } catch (RuntimeException e) {
      LOG.debug("the sandbox {} can't be looked at", one.id(), e);
      return true;
    }
  }

  private static boolean isOld(Preparation one) {
    return one.ageNanos() > OLDEST.toNanos();
  }

  private synchronized boolean forget(Preparation one) {
    return warm.remove(one);
  }

  /**
   * Destroys it; goes on after the return.
   *
   * @return completes when nothing is left; exceptionally when that could not be proven
   */
  CompletableFuture<Void> end(Preparation one) {
    CompletableFuture<Void> end = new CompletableFuture<>();
    CompletableFuture<Void> begun = ending.putIfAbsent(one, end);
    if (begun != null) {
      return begun;
    }
    if (!Threads.handOver(threads.work, () -> destroy(one, end))) {
      destroy(one, end);
    }
    return end;
  }

  private void destroy(Preparation one, CompletableFuture<Void> end) {
    var unused =
        one.destroy()
            .whenComplete(
                (done, failure) -> {
                  ending.remove(one);
                  if (failure == null) {
                    end.complete(null);
                  } else {
                    LOG.error("the sandbox {} could not be proven empty", one.id(), failure);
                    end.completeExceptionally(failure);
                  }
                });
  }

  /** Destroys one that nobody waits for the end of. */
  void discard(Preparation one) {
    var unused = end(one);
  }

  /** Destroys those that wait, and waits for the end of all that were given up. */
  void close() {
    List<Preparation> left;
    synchronized (this) {
      closed = true;
      left = new ArrayList<>(warm);
      left.addAll(making);
      warm.clear();
      making.clear();
    }
    left.forEach(this::discard);
    try {
      Proof.await(
          CompletableFuture.allOf(ending.values().toArray(CompletableFuture[]::new)), CLOSE);
    } catch (CompletionException e) {
      LOG.debug("some sandboxes could not be proven empty", e); // each was told of
    }
  }
}
