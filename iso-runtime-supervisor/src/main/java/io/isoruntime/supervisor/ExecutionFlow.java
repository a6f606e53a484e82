package io.isoruntime.supervisor;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Problem;
import io.isoruntime.ToolApproval;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.ledger.LedgerEntries;
import io.isoruntime.supervisor.output.EventStream;
import io.isoruntime.supervisor.tools.ToolDispatcher;
import io.isoruntime.supervisor.workspace.ArtifactReceiver;
import io.isoruntime.supervisor.workspace.DiskWorkspace;
import io.isoruntime.supervisor.workspace.ExecutionRecords;
import io.isoruntime.supervisor.workspace.WorkspaceLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution from request to result; {@link #flow} is the whole of it. Close, decide, kill,
 * prove empty, drain, collect, report, in that order: whoever comes to {@link #decide} closes the
 * tools, and the first has the tree killed; the flow's own thread goes on reading the channel until
 * init has proven the sandbox empty and sent what is left, or is gone.
 */
final class ExecutionFlow {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionFlow.class);
  private static final long WATCH_MILLIS = 100;
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration LISTENER = Duration.ofSeconds(5);
  private static final Duration PROOF = Duration.ofSeconds(15);

  private final ExecutionRequest request;
  private final DiskWorkspace workspace;
  private final SupervisorConfig config;
  private final Sandboxes sandboxes;
  private final Threads threads;
  private final String id;

  private final Verdict verdict = new Verdict();
  private final Scope scope = new Scope(); // of the flow's thread
  private final EventStream events;
  private final LiveExecution execution;
  private final ExecutionRecords records;
  private volatile ProgramRun run;
  private @Nullable Preparation sandbox; // of the flow's thread
  private final Duration uncounted; // how long the program's time may stand still
  private final WallClock clock;
  private final ToolNews news;
  private final ExecutionCalls calls;
  private final ToolDispatcher tools;
  private volatile @Nullable InitSession session;
  private IsolationReport isolation;
  private boolean hasLossNote;

  ExecutionFlow(
      String id,
      ExecutionRequest request,
      DiskWorkspace workspace,
      String backend,
      SupervisorConfig config,
      Sandboxes sandboxes,
      Threads threads) {
    this.id = id;
    this.request = request;
    this.workspace = workspace;
    this.config = config;
    this.sandboxes = sandboxes;
    this.threads = threads;
    this.events = new EventStream(threads.work);
    this.execution = new LiveExecution(id, events, () -> decide(new Decision.Cancelled()));
    LedgerEntries entries = new LedgerEntries(id, request.policy().redaction());
    this.news = new ToolNews(id, entries, request.listener(), threads.work);
    this.records =
        new ExecutionRecords(
            workspace.layout(), threads.work, request.code(), entries, news::recorded);
    this.uncounted = request.policy().approval().map(ToolApproval::uncounted).orElse(Duration.ZERO);
    this.clock =
        new WallClock(
            request.limits().wallTime(),
            uncounted,
            nanos -> threads.timers.schedule(this::expired, nanos, TimeUnit.NANOSECONDS),
            System::nanoTime);
    this.calls = new ExecutionCalls(id, events, records, news, clock, this::reply);
    this.isolation = IsolationReport.none(backend);
    this.run = new ProgramRun(request.limits(), events);
    this.tools =
        new ToolDispatcher(
            id,
            request,
            config.toolExecutor().orElse(threads.handlers),
            threads.work,
            threads.timers,
            calls);
  }

  Execution execution() {
    return execution;
  }

  CompletableFuture<ExecutionResult> completion() {
    return execution.completion();
  }

  /** Runs to the end and completes the execution, after {@code release}. */
  void run(Runnable release) {
    try {
      ExecutionResult result;
      try {
        result = flow();
      } finally {
        release.run();
      }
      LOG.info(
          "execution {}: {} in {} ms, workspace {}",
          id,
          result.outcome().status(),
          result.usage().wall().toMillis(),
          workspace.directory());
      execution.complete(result);
    } catch (Throwable defect) { // a caller who waits must learn of it, whatever it is
      LOG.error("execution {}: failed for a defect", id, defect);
      execution.fail(defect);
    }
  }

  private ExecutionResult flow() {
    try (scope;
        ArtifactReceiver artifacts =
            new ArtifactReceiver(workspace.layout().files(), request.limits())) {
      try {
        ExecutionLimits longest = longest();
        later(request.limits().startTime(), this::startExpired);
        Preparation taken = use(sandboxes.take(id, longest));
        Inputs inputs = Inputs.of(records.inputs(), request, config.profile());
        records.begin(); // meanwhile
        if (!ran(taken, inputs, artifacts)) {
          LOG.warn("execution {}: the sandbox {} can't be used; making another", id, taken.id());
          session = null;
          run = new ProgramRun(request.limits(), events); // what became of the first is not its own
          sandboxes.discard(taken);
          ran(use(sandboxes.make(id, longest)), inputs, artifacts);
        }
      } catch (IsoException e) {
        decide(failed(e.problem()));
      } catch (ChannelException e) {
        decide(lost("The sandbox broke the channel's protocol: " + e.getMessage() + "."));
      } catch (IOException e) {
        decide(lost("The channel to the sandbox failed: " + e.getMessage() + "."));
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError defect) {
        LOG.error("execution {}: ended by a defect", id, defect);
        decide(new Decision.Failed(Failures.defect(defect)));
      } finally {
        decide(lost("The sandbox ended without a word."));
        run.usedAccordingTo(session);
      }
      if (sandbox != null && waitsForRemoval()) {
        sandboxes.discard(sandbox); // goes on while the records are written
      }
      tools.settle();
      tellAll();
      ExecutionResult result = report(artifacts);
      int noted = records.notes().size();
      scope.close();
      return records.notes().size() == noted ? result : report(artifacts);
    }
  }

  /** The limits with all of the time that the program may live. */
  private ExecutionLimits longest() {
    return uncounted.isZero()
        ? request.limits()
        : request.limits().toBuilder()
            .wallTime(min(LONGEST, request.limits().wallTime().plus(uncounted)))
            .build();
  }

  private static Duration min(Duration left, Duration right) {
    return left.compareTo(right) < 0 ? left : right;
  }

  /** Lets the listener come to the end, once the ledger is written and not for ever. */
  private void tellAll() {
    records.ledger();
    if (!news.finish(LISTENER, threads.timers)) {
      records.note("The listener was too slow to be told of all tool calls; the ledger has them.");
    }
  }

  /** Whatever becomes of it, it is destroyed in the end. */
  private Preparation use(Preparation sandbox) {
    this.sandbox = sandbox;
    scope.onClose(
        () -> {
          CompletableFuture<Void> end = sandboxes.end(sandbox);
          if (waitsForRemoval()) {
            prove(end);
          }
        });
    return sandbox;
  }

  /**
   * Where sandboxes are kept ready, a result is to come soon: once init has proven its sandbox
   * empty and sent all, the rest is putting away.
   */
  private boolean waitsForRemoval() {
    return !run.isDone() || config.warmSandboxes() == 0;
  }

  /**
   * Runs the program and collects what it leaves.
   *
   * @return {@code false} if a sandbox that had been made ahead died before the program started
   */
  private boolean ran(Preparation sandbox, Inputs inputs, ArtifactReceiver artifacts)
      throws IOException {
    try {
      InitSession init = connect(sandbox);
      if (init == null) {
        return true;
      }
      watch(init);
      if (!sandbox.isAhead()) {
        records.awaitBegun(); // done by then; where all is ready, the program does not wait for it
      }
      init.start(inputs, request, longest().wallTime(), verdict);
      run.follow(init, this, sandbox.isAhead());
      if (diedWaiting(sandbox)) {
        return false;
      }
      run.collect(init, artifacts);
      if (run.isDone()) {
        sandbox.markDone();
      }
      return true;
    } catch (IOException | IsoException e) {
      boolean ofSandbox = e instanceof IOException || session == null; // and not of the inputs
      if (!ofSandbox || !diedWaiting(sandbox)) {
        throw e;
      }
      LOG.debug("execution {}: the sandbox {} can't be used", id, sandbox.id(), e);
      return false;
    }
  }

  private boolean diedWaiting(Preparation sandbox) {
    InitSession init = session;
    return sandbox.isAhead()
        && !verdict.isDecided()
        && (init == null || !init.isToldToRun() || run.hasNeverStarted());
  }

  /** The sandbox's init, or {@code null} if the execution was decided before there was one. */
  private @Nullable InitSession connect(Preparation sandbox) throws IOException {
    CompletableFuture.anyOf(sandbox.ready().handle((init, failure) -> true), verdict.future())
        .join();
    isolation = sandbox.isolation();
    LOG.debug("execution {}: isolation {}", id, isolation);
    if (verdict.isDecided()) {
      return null;
    }
    InitSession init = Failures.join(sandbox.ready());
    session = init;
    if (verdict.isDecided()) {
      init.sandbox().destroy(); // decided just now, by one who did not see the session yet
    }
    return init;
  }

  /**
   * Decides, if nobody has; the winner has the tree killed. Does not block while there are threads.
   *
   * @return whether this decision counts
   */
  boolean decide(Decision decision) {
    return decide(decision, threads.work);
  }

  /** The same, with the kill on this thread: the flow's own, which has nothing to do before. */
  void decideAndKill(Decision decision) {
    decide(decision, Runnable::run);
  }

  private boolean decide(Decision decision, Executor killer) {
    tools.close(); // before: whoever can know of a decision must find them closed
    if (!verdict.decide(decision)) {
      return false;
    }
    LOG.debug("execution {}: decided {}", id, decision);
    InitSession init = session;
    if (init != null) {
      if (!Threads.handOver(killer, init::kill)) {
        init.kill();
      }
    }
    return true;
  }

  /** The program's first instruction is next. */
  void started() {
    events.publish(new ExecutionEvent.Started(isolation));
    clock.start();
    scope.onClose(clock::close);
  }

  /** The program called a tool, which has no effect before it is certain that there is a record. */
  void called(byte[] payload) {
    records.awaitBegun();
    try {
      tools.dispatch(payload);
    } catch (IOException e) {
      decide(new Decision.Violated("The program wrote to the tool pipe: " + e.getMessage() + "."));
    }
  }

  private void expired() {
    decide(new Decision.Expired());
  }

  private void startExpired() {
    InitSession init = session;
    if (init == null || !init.isStarted()) {
      decide(
          new Decision.Failed(
              new Problem(
                  ErrorCode.SANDBOX_START_TIMEOUT,
                  "No sandbox was ready within " + request.limits().startTime() + ".",
                  "The program was not started.",
                  "Check the host's load with iso doctor, or allow a longer startTime.")));
    }
  }

  /**
   * Acts on a timer, if it is not over by then, so that no timer holds all of us until it rings;
   * the task must not block.
   */
  private void later(Duration delay, Runnable task) {
    var timer = threads.timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    scope.onClose(() -> timer.cancel(false));
  }

  /** Looks regularly at what only the host can see, and at whether init keeps its time. */
  private void watch(InitSession init) {
    Watch watch = new Watch(init, run, request.limits(), verdict, this::decide);
    var timer =
        threads.timers.scheduleWithFixedDelay(
            () -> Threads.handOver(threads.work, watch), // if not now, the next time
            WATCH_MILLIS,
            WATCH_MILLIS,
            TimeUnit.MILLISECONDS);
    scope.onClose(() -> timer.cancel(false));
  }

  private void prove(CompletableFuture<Void> destruction) {
    try {
      Proof.await(destruction, PROOF);
    } catch (CompletionException e) {
      if (e.getCause() instanceof IsoException) {
        LOG.debug("execution {}: there was no sandbox to destroy", id, e);
        return;
      }
      LOG.error("execution {}: the sandbox could not be proven empty", id, e);
      records.note("The sandbox could not be proven empty; see the log and run iso doctor.");
    }
  }

  private static Decision failed(Problem problem) {
    return problem.code().isRefusal()
        ? new Decision.Refused(problem)
        : new Decision.Failed(problem);
  }

  /** The loss of the channel, unless the host knows a better reason. */
  private Decision lost(String cause) {
    InitSession init = session;
    if (init != null
        && !verdict.isDecided()
        && init.sandbox().lastConsumption().outOfMemoryKills() > 0) {
      return new Decision.Exceeded(Limit.MEMORY);
    }
    return new Decision.Failed(Failures.channelLost(cause));
  }

  private ExecutionResult report(ArtifactReceiver artifacts) {
    Decision decision = verdict.future().join();
    Conclusion conclusion =
        Conclusion.of(
            decision,
            run.evidence(artifacts.limited() || run.isCollectionTruncated()),
            request.limits());
    if (run.isCollectionTruncated()) {
      records.note(
          "There was more in the output directory than is listed: beyond 100,000 entries, or 1,000"
              + " rejected ones, nothing is told.");
    }
    if (run.isCollectionLost() && !hasLossNote) {
      hasLossNote = true;
      records.note(
          "Init was gone before it had sent all of the output directory: files may be missing.");
    }
    ExecutionResult result = result(conclusion, artifacts);
    records.end(result);
    IOException failure = artifacts.failure() != null ? artifacts.failure() : records.failure();
    if (failure == null) {
      return result;
    }
    Problem problem =
        WorkspaceLayout.unusable(workspace.directory(), "could not be written", failure).problem();
    return result(
        new Conclusion(new io.isoruntime.Outcome.InfrastructureFailed(problem), conclusion.limit()),
        artifacts);
  }

  private ExecutionResult result(Conclusion conclusion, ArtifactReceiver artifacts) {
    return ExecutionResult.builder(id, conclusion.outcome(), workspace.directory())
        .limit(conclusion.limit())
        .stdout(run.stdout())
        .stderr(run.stderr())
        .lazyResult(run.resultJson(), run::result)
        .artifacts(artifacts.artifacts())
        .rejected(artifacts.rejected())
        .toolCalls(calls.ended())
        .ledger(records.ledger())
        .usage(run.usage())
        .isolation(isolation)
        .notes(records.notes())
        .build();
  }

  private void reply(byte[] json) {
    InitSession init = session;
    if (init != null) {
      init.replies().send(json);
    }
  }
}
