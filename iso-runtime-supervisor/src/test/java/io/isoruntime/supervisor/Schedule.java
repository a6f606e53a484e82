package io.isoruntime.supervisor;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool.ManagedBlocker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Threads of which one runs at a time, in an order that is drawn from a seed. Each runs until its
 * next {@link #step} or {@link #await}, its end, or until it waits for another one; then all are at
 * rest and the next one is drawn. Half of the seeds draw evenly; the others draw priorities and
 * change them now and then, so that one thread stands still while all the others go on (Burckhardt
 * et al., "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", 2010).
 */
final class Schedule {
  private static final long PATIENCE_NANOS = 20_000_000_000L;
  private static final ThreadLocal<Actor> CURRENT = new ThreadLocal<>();

  private final Random random;
  private final boolean evenly;
  private final Thread controller = Thread.currentThread();
  private final List<Actor> actors = new ArrayList<>();
  private final List<String> trace = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private BooleanSupplier whenIdle = () -> false;
  private double lowest;

  /** For use by the thread that makes it. */
  Schedule(long seed) {
    random = new Random(seed);
    evenly = random.nextBoolean();
  }

  /** A thread, begun at its first turn. */
  final class Actor {
    private final String name;
    private final Thread thread;
    private double priority = random.nextDouble();
    private volatile boolean running;
    private volatile boolean ended;
    private volatile boolean interrupted; // before it began, or while it paused
    private final AtomicInteger steps = new AtomicInteger();
    private int notBefore;
    private String at = "begins";
    private BooleanSupplier ready = () -> true;

    private Actor(String name, Runnable body) {
      this.name = name;
      thread = new Thread(() -> live(body), name);
      thread.setDaemon(true);
    }

    private void live(Runnable body) {
      CURRENT.set(this);
      try {
        resumeInterrupt();
        body.run();
      } catch (Throwable e) { // whatever it is, the schedule must go on to tell of it
        fail(e);
      } finally {
        ended = true;
        running = false;
        LockSupport.unpark(controller);
      }
    }

    private void pause(String what, BooleanSupplier condition) {
      at = what;
      ready = condition;
      steps.incrementAndGet();
      running = false;
      LockSupport.unpark(controller);
      while (!running) {
        LockSupport.park(this);
        if (thread.isInterrupted()) {
          interrupted = true;
          Thread.interrupted(); // or park would not wait any more
        }
      }
      resumeInterrupt();
    }

    private void resumeInterrupt() {
      if (interrupted) {
        interrupted = false;
        thread.interrupt();
      }
    }

    private boolean isInterrupted() {
      return interrupted || thread.isInterrupted();
    }

    private boolean isReady() {
      return !ended && !running && ready.getAsBoolean();
    }

    private void proceed() {
      notBefore = 0;
      running = true;
      if (thread.getState() == Thread.State.NEW) {
        thread.start();
      } else {
        LockSupport.unpark(thread);
      }
    }

    /** Also where it has not begun. */
    void interrupt() {
      if (thread.getState() == Thread.State.NEW) {
        interrupted = true;
      } else {
        thread.interrupt();
      }
    }
  }

  /** A new thread; it begins when it is its turn. */
  synchronized Actor spawn(String name, Runnable body) {
    Actor actor = new Actor(name + "-" + actors.size(), body);
    actors.add(actor);
    return actor;
  }

  synchronized void fail(Throwable failure) {
    failures.add(failure);
  }

  /** What to do when nobody can go on; {@code false} if nothing helps. */
  void whenIdle(BooleanSupplier hook) {
    whenIdle = hook;
  }

  /** Another one may go first. Threads that are not of a schedule pass. */
  static void step(String what) {
    Actor self = CURRENT.get();
    if (self != null) {
      self.pause(what, () -> true);
    }
  }

  /** Goes on when the condition holds; it is asked while everybody is at rest. */
  static void await(String what, BooleanSupplier condition) {
    self().pause(what, condition);
  }

  /** Lets the others have so many turns, counted from the beginning, if they can go on. */
  static void bide(int turns) {
    self().notBefore = turns;
    self().pause("bides its time", () -> true);
  }

  /** Waits for the interrupt that ends it. */
  static void hang(String what) throws InterruptedException {
    Actor self = self();
    self.pause(what, self::isInterrupted);
    Thread.interrupted();
    throw new InterruptedException(what);
  }

  private static Actor self() {
    Actor self = CURRENT.get();
    if (self == null) {
      throw new IllegalStateException("only a thread of a schedule can wait in it");
    }
    return self;
  }

  /** Runs all to their end. */
  void run() {
    long idleSince = 0;
    while (true) {
      awaitRest();
      List<Actor> live = snapshot().stream().filter(actor -> !actor.ended).toList();
      List<Actor> ready = ready(live);
      if (live.isEmpty() || !failures().isEmpty()) {
        break;
      } else if (!ready.isEmpty()) {
        idleSince = 0;
        Actor next = draw(ready);
        trace.add(next.name + ": " + next.at);
        next.proceed();
      } else if (!whenIdle.getAsBoolean()) {
        long now = System.nanoTime();
        idleSince = idleSince == 0 ? now : idleSince;
        if (now - idleSince > PATIENCE_NANOS / 10) { // threads of the JDK's own may help yet
          throw new AssertionError("nobody can go on: " + describe(live));
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
    for (Throwable failure : failures()) {
      throw new AssertionError("a thread failed", failure);
    }
  }

  private List<Actor> ready(List<Actor> live) {
    List<Actor> ready = live.stream().filter(Actor::isReady).toList();
    List<Actor> due = ready.stream().filter(actor -> actor.notBefore <= trace.size()).toList();
    return due.isEmpty() ? ready : due;
  }

  private Actor draw(List<Actor> ready) {
    if (evenly) {
      return ready.get(random.nextInt(ready.size()));
    }
    Actor next = ready.get(0);
    for (Actor actor : ready) {
      next = actor.priority > next.priority ? actor : next;
    }
    if (random.nextInt(20) == 0) {
      next.priority = --lowest;
    }
    return next;
  }

  private synchronized List<Actor> snapshot() {
    return List.copyOf(actors);
  }

  private synchronized List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** Two looks must agree: between one and the other a thread may have been woken. */
  private void awaitRest() {
    long begun = System.nanoTime();
    long before = 0;
    while (true) {
      List<Actor> seen = snapshot();
      if (seen.stream().noneMatch(actor -> actor.running)) {
        return;
      }
      boolean rest = seen.stream().allMatch(Schedule::isAtRest);
      long now = rest ? fingerprint(seen) : 0;
      if (rest && now == before) {
        return;
      }
      before = now;
      if (!rest) {
        LockSupport.parkNanos(20_000);
      }
      if (System.nanoTime() - begun > PATIENCE_NANOS) {
        throw new AssertionError("a thread comes to no rest: " + describe(seen));
      }
    }
  }

  private static long fingerprint(List<Actor> seen) {
    long sum = 1;
    for (Actor actor : seen) {
      Object blocker = actor.running ? LockSupport.getBlocker(actor.thread) : null;
      sum = 31 * (31 * sum + actor.steps.get()) + System.identityHashCode(blocker);
    }
    return sum;
  }

  /** Whether it has stopped, or waits for what only another one can give. */
  private static boolean isAtRest(Actor actor) {
    if (!actor.running) {
      return true;
    }
    return switch (actor.thread.getState()) {
      case BLOCKED -> isHeldUp(actor.thread);
      case WAITING, TIMED_WAITING -> {
        Object blocker = LockSupport.getBlocker(actor.thread);
        // A future's waiter; one that was woken but does not run yet is still in this state.
        yield blocker instanceof ManagedBlocker future
            ? !future.isReleasable()
            : blocker == null && actor.thread.getState() != Thread.State.RUNNABLE;
      }
      default -> false;
    };
  }

  /** Whether somebody has the monitor that it wants, so that it is not just about to get it. */
  private static boolean isHeldUp(Thread thread) {
    ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(thread.getId());
    return info != null && info.getLockOwnerId() != -1;
  }

  private static String describe(List<Actor> seen) {
    StringBuilder text = new StringBuilder();
    for (Actor actor : seen) {
      if (!actor.ended) {
        text.append('\n').append(actor.name).append(" at ").append(actor.at);
        for (StackTraceElement frame : actor.thread.getStackTrace()) {
          text.append("\n    ").append(frame);
        }
      }
    }
    return text.toString();
  }

  /** Who went on from where, in order. */
  List<String> trace() {
    return trace;
  }
}
