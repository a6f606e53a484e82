package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.ExecutionLimits;
import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.Workspace;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tries cases on a subject, one after the other. After each, whatever the case was about, nothing
 * is left of it, and after each or after a series of them a harmless program runs. Not thread-safe,
 * but for {@link #breakOff}.
 */
public final class Conformance implements AutoCloseable {
  /** Idle connections to an engine, when sandboxes are made at the same time. */
  private static final int KEPT_BY_A_POOL = 8;

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration BREAK_OFF = Duration.ofSeconds(3);
  private static final String CANARY = "print('canary')";

  private final Subject subject;
  private final Set<Control> missing;
  private final HostSpeed speed;
  private @Nullable Runtime small;
  private @Nullable Traces baseline;
  private volatile @Nullable Thread trying;
  private volatile @Nullable Stage stage;
  private volatile boolean brokenOff;

  private Conformance(Subject subject, Set<Control> missing, HostSpeed speed) {
    this.subject = subject;
    this.missing = missing;
    this.speed = speed;
  }

  /**
   * Finds out what is in force there and how fast it is, by a harmless program that requires no
   * more than it must.
   *
   * @throws IsoException if no program can be run there at all, or none without a sandbox
   */
  public static Conformance of(Subject subject) {
    HostPython.require();
    Set<Control> waivable = EnumSet.noneOf(Control.class);
    Arrays.stream(Control.values()).filter(Control::waivable).forEach(waivable::add);
    try (Runtime runtime = subject.open(Attack.SMALL, waivable)) {
      ExecutionResult result =
          run(runtime, HostSpeed.WORK, ExecutionLimits.builder().wallTime(PATIENCE).build());
      problem(result.outcome())
          .ifPresent(
              problem -> {
                throw problem.toException();
              });
      return new Conformance(
          subject, notInForce(result.isolation()), HostSpeed.of(result.usage().wall()));
    }
  }

  private static Set<Control> notInForce(IsolationReport report) {
    Set<Control> controls = EnumSet.noneOf(Control.class);
    for (IsolationReport.Reading reading : report.controls()) {
      if (reading.state() != IsolationReport.State.ENFORCED) {
        controls.add(reading.control());
      }
    }
    return controls;
  }

  private static Optional<Problem> problem(Outcome outcome) {
    if (outcome instanceof Outcome.Refused refused) {
      return Optional.of(refused.problem());
    } else if (outcome instanceof Outcome.InfrastructureFailed failed) {
      return Optional.of(failed.problem());
    }
    return Optional.empty();
  }

  /** The controls that can't be had there, which the cases run without. */
  public Set<Control> missing() {
    return Set.copyOf(missing);
  }

  /**
   * Tries one case by itself: afterwards nothing is left of it, and a harmless program runs. Never
   * throws for what comes of it.
   */
  public CaseReport examine(Case tried) {
    return examine(tried, this::alone);
  }

  /**
   * Begins a series of cases: what the host has now is what each of them may leave. A series takes
   * less time than its cases by themselves, since it waits for waiting sandboxes and runs a
   * harmless program once instead of once a case.
   */
  public void beginSeries() {
    baseline = warmedUp();
  }

  /**
   * Tries the next case of a series. Afterwards nothing is left of it; {@link #endSeries} tells
   * whether a harmless program still runs. Never throws for what comes of it.
   *
   * @throws IllegalStateException if no series was begun
   */
  public CaseReport examineInSeries(Case tried) {
    Traces before = baseline;
    if (before == null) {
      throw new IllegalStateException("No series of cases was begun.");
    }
    CaseReport report = examine(tried, next -> traced(next, before));
    if (report.verdict() == Verdict.FAILED) {
      baseline = Traces.settled(subject); // what it left is no fault of the next
    }
    return report;
  }

  /** Runs a harmless program after a series of cases; the answer says how it failed, if it did. */
  public Optional<String> endSeries() {
    baseline = null;
    try {
      return harmless();
    } catch (RuntimeException e) {
      return Optional.of("a harmless program could not be run afterwards: " + e);
    }
  }

  private CaseReport examine(Case tried, Function<Case, Finding> guarded) {
    long begin = System.nanoTime();
    Finding finding =
        idle(tried)
            .orElseGet(() -> requiresWhatIsMissing(tried) ? refusal(tried) : guarded.apply(tried));
    return new CaseReport(tried, finding, Duration.ofNanos(System.nanoTime() - begin));
  }

  /** The finding of a case that is not tried here. */
  private Optional<Finding> idle(Case tried) {
    Optional<Finding> notApplicable =
        tried
            .notApplicable(subject.platform())
            .map(reason -> new Finding(Verdict.NOT_APPLICABLE, reason));
    return notApplicable.isPresent() || subject.expendableEngine().isPresent()
        ? notApplicable
        : tried.leftOut(subject.platform()).map(reason -> new Finding(Verdict.LEFT_OUT, reason));
  }

  private boolean requiresWhatIsMissing(Case tried) {
    return tried.dependsOn().stream().anyMatch(missing::contains);
  }

  /** Where a control can't be had, nothing must run that requires it. */
  private Finding refusal(Case tried) {
    Set<Control> waived = EnumSet.noneOf(Control.class);
    waived.addAll(missing);
    waived.removeAll(tried.dependsOn());
    try (Runtime runtime = subject.open(Attack.SMALL, waived)) {
      ExecutionResult result =
          run(runtime, HostSpeed.WORK, ExecutionLimits.builder().wallTime(PATIENCE).build());
      return result.outcome() instanceof Outcome.Refused refused
          ? refused(refused.problem())
          : Finding.failed("ran without " + labels(tried) + ": " + Describe.result(result));
    } catch (IsoException e) {
      return e.problem().code().isRefusal()
          ? refused(e.problem())
          : Finding.failed("not refused: " + e.problem());
    }
  }

  private static Finding refused(Problem problem) {
    return new Finding(Verdict.REFUSED, problem.code().code() + ": " + problem.cause());
  }

  private String labels(Case tried) {
    return tried.dependsOn().stream()
        .filter(missing::contains)
        .map(Control::label)
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private Finding alone(Case tried) {
    try {
      Finding finding = traced(tried, warmedUp());
      return finding.verdict() == Verdict.FAILED
          ? finding
          : harmless().map(Finding::failed).orElse(finding);
    } catch (RuntimeException e) {
      return Finding.failed("not tried to the end: " + e);
    }
  }

  private Optional<String> harmless() {
    ExecutionResult canary = canary(small());
    return canary.isCompleted() && canary.stdout().text().equals("canary\n")
        ? Optional.empty()
        : Optional.of("a harmless program failed afterwards: " + Describe.result(canary));
  }

  /** Tries it, and looks for what it left. */
  private Finding traced(Case tried, Traces before) {
    try {
      Finding finding = bounded(tried);
      if (brokenOff) {
        return Finding.failed("broken off; " + finding.evidence());
      }
      Set<String> left =
          Traces.since(before, subject, subject.keepsSandboxesReady() ? KEPT_BY_A_POOL : 0, speed);
      return left.isEmpty()
          ? finding
          : Finding.failed("left behind: " + String.join("; ", left) + "; " + finding.evidence());
    } catch (RuntimeException e) {
      return Finding.failed("not tried to the end: " + e);
    }
  }

  /** The baseline holds what a runtime has anyway, once it has run something. */
  private Traces warmedUp() {
    if (small == null) {
      canary(small());
    }
    return Traces.settled(subject);
  }

  /** Tries it in a thread, so that a case without end is a failed one. */
  private Finding bounded(Case tried) {
    Duration patience = speed.allow(PATIENCE);
    CompletableFuture<Finding> future = new CompletableFuture<>();
    Thread thread = new Thread(() -> future.complete(tryOnStage(tried)), "iso-case-" + tried.id());
    thread.setDaemon(true);
    trying = thread;
    thread.start();
    try {
      return future.copy().orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      thread.interrupt();
      return Finding.failed(
          e.getCause() instanceof TimeoutException
              ? "it did not end within " + patience.toSeconds() + " s"
              : String.valueOf(e.getCause()));
    }
  }

  private Finding tryOnStage(Case tried) {
    Stage stage = new Stage(subject, missing(), speed, this::small);
    this.stage = stage;
    Finding finding;
    try {
      finding = tried.tryOn(stage);
    } catch (NotOffered e) {
      finding = new Finding(Verdict.LEFT_OUT, String.valueOf(e.getMessage()));
    } catch (Unmet e) {
      finding = Finding.failed(String.valueOf(e.getMessage()));
    } catch (Exception | LinkageError | AssertionError e) {
      finding = Finding.failed("it broke off: " + e);
    }
    Optional<String> left = stage.putAway();
    return left.isPresent() ? Finding.failed(left.get() + "; " + finding.evidence()) : finding;
  }

  private synchronized Runtime small() {
    Runtime open = small;
    if (open == null) {
      open = subject.open(Attack.SMALL, missing);
      small = open;
    }
    return open;
  }

  private ExecutionResult canary(Runtime runtime) {
    return run(runtime, CANARY, speed.limits());
  }

  private static ExecutionResult run(Runtime runtime, String code, ExecutionLimits limits) {
    Workspace workspace = runtime.openWorkspace();
    try {
      return runtime.execute(ExecutionRequest.python(code).limits(limits).in(workspace).build());
    } finally {
      workspace.delete();
    }
  }

  /**
   * Breaks off the case under way, by another thread, when the process is told to end: what it
   * started is ended and what it made is removed, though its verdict says nothing then.
   */
  public void breakOff() {
    brokenOff = true;
    Thread thread = trying;
    if (thread != null) {
      thread.interrupt();
      boolean over = ended(thread);
      Stage open = stage;
      if (!over && open != null) {
        open.putAway(); // it waits for something that knows no interrupt, such as another's output
        ended(thread);
      }
    }
  }

  private static boolean ended(Thread thread) {
    try {
      thread.join(BREAK_OFF.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }

  /** Closes the runtime. */
  @Override
  public synchronized void close() {
    if (small != null) {
      small.close();
      small = null;
    }
  }
}
