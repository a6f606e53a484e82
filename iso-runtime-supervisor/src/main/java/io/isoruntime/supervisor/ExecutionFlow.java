package io.isoruntime.supervisor;

import io.isoruntime.ErrorCode;
import io.isoruntime.Execution;
import io.isoruntime.ExecutionEvent;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Limit;
import io.isoruntime.Problem;
import io.isoruntime.ToolCall;
import io.isoruntime.supervisor.channel.ChannelException;
import io.isoruntime.supervisor.output.EventStream;
import io.isoruntime.supervisor.spi.Sandbox;
import io.isoruntime.supervisor.spi.SandboxBackend;
import io.isoruntime.supervisor.spi.SandboxSpec;
import io.isoruntime.supervisor.spi.Token;
import io.isoruntime.supervisor.tools.CallListener;
import io.isoruntime.supervisor.tools.CallRecord;
import io.isoruntime.supervisor.tools.ToolDispatcher;
import io.isoruntime.supervisor.workspace.ArtifactReceiver;
import io.isoruntime.supervisor.workspace.DiskWorkspace;
import io.isoruntime.supervisor.workspace.ExecutionRecords;
import io.isoruntime.supervisor.workspace.RelativeName;
import io.isoruntime.supervisor.workspace.WorkspaceLayout;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution from request to result; {@link #flow} is the whole of it. Decide, close, kill,
 * prove empty, drain, collect, report, in that order: whoever wins {@link #decide} closes the tools
 * and has the tree killed; the flow's own thread goes on reading the channel until init has proven
 * the sandbox empty and sent what is left, or is gone.
 */
final class ExecutionFlow {
  private static final Logger LOG = LoggerFactory.getLogger(ExecutionFlow.class);
  private static final long WATCH_MILLIS = 100;
  private static final Duration ENDING = Duration.ofMinutes(1);
  private static final Duration PROOF = Duration.ofSeconds(15);

  private final ExecutionRequest request;
  private final DiskWorkspace workspace;
  private final SandboxBackend backend;
  private final SupervisorConfig config;
  private final Threads threads;
  private final String id;

  private final Verdict verdict = new Verdict();
  private final EventStream events;
  private final LiveExecution execution;
  private final ExecutionRecords records;
  private final List<ToolCall> toolCalls = Collections.synchronizedList(new ArrayList<>());
  private final ToolDispatcher tools;
  private volatile @Nullable InitSession session;
  private IsolationReport isolation;
  private boolean hasLossNote;

  ExecutionFlow(
      String id,
      ExecutionRequest request,
      DiskWorkspace workspace,
      SandboxBackend backend,
      SupervisorConfig config,
      Threads threads) {
    this.id = id;
    this.request = request;
    this.workspace = workspace;
    this.backend = backend;
    this.config = config;
    this.threads = threads;
    this.events = new EventStream(threads.work);
    this.execution = new LiveExecution(id, events, () -> decide(new Decision.Cancelled()));
    this.records = new ExecutionRecords(workspace.layout(), threads.work);
    this.isolation = IsolationReport.none(backend.name());
    this.tools =
        new ToolDispatcher(
            id,
            request.tools(),
            request.limits(),
            request.attributes(),
            config.toolExecutor().orElse(threads.handlers),
            threads.work,
            threads.timers,
            new Calls());
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
    ProgramRun run = new ProgramRun(request.limits(), events);
    try (Scope scope = new Scope();
        ArtifactReceiver artifacts =
            new ArtifactReceiver(workspace.layout().files(), request.limits())) {
      try {
        scope.onClose(later(request.limits().startTime(), this::startExpired));
        Token token = Token.random();
        CompletableFuture<Sandbox> creation = create(token, scope);
        records.begin(id, request.code()); // while the sandbox is being made
        Inputs inputs = Inputs.of(records.inputs(), request, config.profile());
        InitSession init = connect(creation, token);
        if (init != null) {
          isolation = init.attest(config);
          requireIsolation();
          scope.onClose(watch(init, run));
          init.start(inputs, verdict);
          run.follow(init, this);
          run.collect(init, artifacts);
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
        tools.close();
        run.usedAccordingTo(session);
      }
      InitSession init = session;
      if (init != null) {
        init.sandbox().destroy(); // goes on while the records are written
      }
      tools.settle();
      ExecutionResult result = report(run, artifacts);
      int noted = records.notes().size();
      scope.close();
      return records.notes().size() == noted ? result : report(run, artifacts);
    }
  }

  private CompletableFuture<Sandbox> create(Token token, Scope scope) {
    CompletableFuture<Sandbox> creation =
        backend
            .create(
                new SandboxSpec(
                    id, config.profile(), token, request.limits().startTime(), lifetime()))
            .toCompletableFuture();
    scope.onClose(
        () -> {
          if (!creation.isCompletedExceptionally()) {
            prove(creation.thenCompose(Sandbox::destroy));
          }
        });
    return creation;
  }

  private Duration lifetime() {
    return request.limits().startTime().plus(request.limits().wallTime()).plus(ENDING);
  }

  /** The sandbox's init, or {@code null} if the execution was decided before there was one. */
  private @Nullable InitSession connect(CompletableFuture<Sandbox> creation, Token token)
      throws IOException {
    CompletableFuture.anyOf(creation.handle((sandbox, failure) -> true), verdict.future()).join();
    if (verdict.isDecided()) {
      return null;
    }
    Sandbox sandbox = Failures.join(creation);
    InitSession init = new InitSession(sandbox, backend.name(), request, config, threads.work);
    session = init;
    if (verdict.isDecided()) {
      sandbox.destroy(); // decided just now, by one who did not see the session yet
    }
    try {
      init.authenticate(token);
    } catch (IOException e) {
      if (!verdict.isDecided()) {
        sandbox
            .silentEnd()
            .ifPresent(
                problem -> {
                  throw problem.toException();
                });
      }
      throw e;
    }
    return init;
  }

  private void requireIsolation() {
    List<IsolationReport.Reading> missing =
        isolation.controls().stream()
            .filter(reading -> reading.state() == IsolationReport.State.MISSING)
            .toList();
    LOG.debug("execution {}: isolation {}", id, isolation);
    if (!missing.isEmpty()) {
      throw Failures.incomplete(missing, backend::remedy).toException();
    }
  }

  /**
   * Decides, if nobody has; the winner closes the tools and has the tree killed. Never blocks.
   *
   * @return whether this decision counts
   */
  boolean decide(Decision decision) {
    if (!verdict.decide(decision)) {
      return false;
    }
    LOG.debug("execution {}: decided {}", id, decision);
    tools.close();
    InitSession init = session;
    if (init != null) {
      threads.work.execute(init::kill);
    }
    return true;
  }

  /** The program's first instruction is next. */
  void started() {
    events.publish(new ExecutionEvent.Started(isolation));
    later(request.limits().wallTime(), () -> decide(new Decision.Expired()));
  }

  /** The program called a tool. */
  void called(byte[] payload) {
    try {
      tools.dispatch(payload);
    } catch (IOException e) {
      decide(new Decision.Violated("The program wrote to the tool pipe: " + e.getMessage() + "."));
    }
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

  /** Acts on a timer; the task must not block. */
  private Runnable later(Duration delay, Runnable task) {
    var timer = threads.timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  /** Looks regularly at what only the host can see, and at whether init keeps its time. */
  private Runnable watch(InitSession init, ProgramRun run) {
    Watch watch = new Watch(init, run, request.limits(), verdict, this::decide);
    var timer =
        threads.timers.scheduleWithFixedDelay(
            () -> threads.work.execute(watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    return () -> timer.cancel(false);
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

  private ExecutionResult report(ProgramRun run, ArtifactReceiver artifacts) {
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
    ExecutionResult result = result(conclusion, run, artifacts);
    records.end(result);
    IOException failure = artifacts.failure() != null ? artifacts.failure() : records.failure();
    if (failure == null) {
      return result;
    }
    Problem problem =
        WorkspaceLayout.unusable(workspace.directory(), "could not be written", failure).problem();
    return result(
        new Conclusion(new io.isoruntime.Outcome.InfrastructureFailed(problem), conclusion.limit()),
        run,
        artifacts);
  }

  private ExecutionResult result(
      Conclusion conclusion, ProgramRun run, ArtifactReceiver artifacts) {
    List<ToolCall> calls;
    synchronized (toolCalls) {
      calls = List.copyOf(toolCalls);
    }
    return ExecutionResult.builder(id, conclusion.outcome(), workspace.directory())
        .limit(conclusion.limit())
        .stdout(run.stdout())
        .stderr(run.stderr())
        .lazyResult(run.resultJson(), run::result)
        .artifacts(artifacts.artifacts())
        .rejected(artifacts.rejected())
        .toolCalls(calls)
        .usage(run.usage())
        .isolation(isolation)
        .notes(records.notes())
        .build();
  }

  /** Hands calls on to records, events and the program. */
  private final class Calls implements CallListener {
    @Override
    public void started(long callId, String tool) {
      events.publish(new ExecutionEvent.ToolStarted(callId, tool));
    }

    @Override
    public void ended(CallRecord record) {
      toolCalls.add(record.call());
      records.call(record);
      LOG.debug(
          "execution {}: tool call {} {} {}",
          id,
          record.call().id(),
          RelativeName.printable(record.call().tool()),
          record.call().status());
      events.publish(
          new ExecutionEvent.ToolEnded(
              record.call().id(),
              record.call().tool(),
              record.call().status(),
              record.call().took()));
    }

    @Override
    public void reply(byte[] json) {
      InitSession init = session;
      if (init != null) {
        init.replies().send(json);
      }
    }
  }
}
