package io.isoruntime.supervisor;

import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One sandbox until it can take a program: made by the back-end, then authenticated, attested and
 * found complete. Thread-safe.
 */
final class Preparation {
  private final SandboxSpec spec;
  private final SandboxBackend backend;
  private final SupervisorConfig config;
  private final Executor work;
  private final long beganNanos = System.nanoTime();
  private final CompletableFuture<Sandbox> creation;
  private final CompletableFuture<InitSession> ready = new CompletableFuture<>();
  private volatile IsolationReport isolation;
  private volatile boolean done;
  private volatile boolean over;

  private Preparation(
      SandboxSpec spec, SandboxBackend backend, SupervisorConfig config, Executor work) {
    this.spec = spec;
    this.backend = backend;
    this.config = config;
    this.work = work;
    this.isolation = IsolationReport.none(backend.name());
    this.creation = create(spec, backend);
  }

  /** What a back-end throws is no other failure than what it completes with. */
  private static CompletableFuture<Sandbox> create(SandboxSpec spec, SandboxBackend backend) {
    try {
      return backend.create(spec).toCompletableFuture();
    } catch (RuntimeException | OutOfMemoryError e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  static Preparation begin(
      SandboxSpec spec, SandboxBackend backend, SupervisorConfig config, Executor work) {
    Preparation preparation = new Preparation(spec, backend, config, work);
    var unused =
        preparation.creation.whenComplete(
            (sandbox, failure) -> {
              if (failure != null) {
                preparation.ready.completeExceptionally(Failures.cause(failure));
              } else {
                preparation.beginExamining(sandbox, work);
              }
            });
    return preparation;
  }

  private void beginExamining(Sandbox sandbox, Executor work) {
    if (!Threads.handOver(work, () -> examine(sandbox))) {
      ready.completeExceptionally(new RejectedExecutionException("no thread to attest with"));
    }
  }

  private void examine(Sandbox sandbox) {
    try {
      ready.complete(examined(sandbox));
    } catch (Throwable e) { // whoever waits must learn of it
      ready.completeExceptionally(e);
    }
  }

  private InitSession examined(Sandbox sandbox) throws IOException {
    InitSession init = new InitSession(sandbox, backend.name(), config, work);
    try {
      init.authenticate(spec.token());
    } catch (IOException e) {
      if (!over) {
        sandbox
            .silentEnd()
            .ifPresent(
                problem -> {
                  throw problem.toException();
                });
      }
      throw e;
    }
    init.readFacts();
    isolation = init.isolation();
    List<IsolationReport.Reading> missing = missing(isolation);
    if (!missing.isEmpty()) {
      throw Failures.incomplete(missing, backend::remedy).toException();
    }
    return init;
  }

  private static List<IsolationReport.Reading> missing(IsolationReport isolation) {
    return isolation.controls().stream()
        .filter(reading -> reading.state() == IsolationReport.State.MISSING)
        .toList();
  }

  /**
   * Completes when it can take a program; exceptionally with an {@link IsoException}, an {@link
   * IOException} of the channel, or whatever else a back-end failed with.
   */
  CompletableFuture<InitSession> ready() {
    return ready;
  }

  /** What was attested, also where that did not suffice; empty until then. */
  IsolationReport isolation() {
    return isolation;
  }

  /** Whether it was begun before there was a program for it. */
  boolean isAhead() {
    return spec.ahead();
  }

  String id() {
    return spec.id();
  }

  long ageNanos() {
    return System.nanoTime() - beganNanos;
  }

  /** Whether it lives, or may do so yet, as far as is known without asking anybody. */
  boolean isAlive() {
    return ready.isDone()
        ? !ready.isCompletedExceptionally() && ready.join().sandbox().isAlive()
        : !over;
  }

  /** Whether its controls are still in force: what the host can see is read and compared anew. */
  boolean isStillComplete() {
    if (!ready.isDone()) {
      return true; // it is about to be attested
    }
    isolation = ready.join().isolation();
    return missing(isolation).isEmpty();
  }

  /** Whether one that is made now would be the same; may ask an engine. For one that is ready. */
  boolean isCurrent() {
    return ready.join().sandbox().isCurrent();
  }

  /** Init has sent all, and waits to be told that it has arrived. */
  void markDone() {
    done = true;
  }

  /**
   * Destroys the sandbox, now or as soon as it has been made. Idempotent.
   *
   * @return completes when nothing is left; exceptionally when that could not be proven
   */
  CompletableFuture<Void> destroy() {
    over = true;
    if (done) {
      ready.join().bye();
    }
    return creation
        .handle((sandbox, failure) -> sandbox)
        .thenCompose(
            sandbox ->
                sandbox == null ? CompletableFuture.completedFuture(null) : sandbox.destroy());
  }
}
