package io.isoruntime.conformance;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Many executions through one runtime: good programs, failing and attacking ones, some cancelled at
 * a random moment, some in a workspace that was used before. Afterwards the host and this JVM must
 * be as they were after the first of them.
 */
public final class Soak {
  private static final int MOST_UNEXPECTED = 10;

  /** What a runtime may keep open for each caller, such as idle connections to an engine. */
  private static final int KEPT_PER_CALLER = 4;

  private static final Duration THREADS_END = Duration.ofSeconds(10);

  private final Subject subject;
  private final int callers;
  private final long seed;
  private final Map<String, Integer> programs = Collections.synchronizedMap(new TreeMap<>());
  private final List<String> unexpected = Collections.synchronizedList(new ArrayList<>());

  private Soak(Subject subject, int callers, long seed) {
    this.subject = subject;
    this.callers = callers;
    this.seed = seed;
  }

  /**
   * Does it.
   *
   * @param executions how many; some more come first, to warm up
   * @param callers how many threads run them
   * @param seed decides on the order of programs and what is done with each
   * @throws io.isoruntime.IsoException if no program can be run on this subject
   */
  public static SoakReport run(Subject subject, int executions, int callers, long seed)
      throws IOException, InterruptedException {
    Set<Control> missing;
    try (Conformance conformance = Conformance.of(subject)) {
      missing = conformance.missing();
    }
    return new Soak(subject, callers, seed).run(executions, missing);
  }

  private SoakReport run(int executions, Set<Control> missing)
      throws IOException, InterruptedException {
    Traces closed = Traces.of(subject);
    Set<Thread> threads = ownThreads();
    Path directory = Files.createTempDirectory("iso-soak");
    Set<String> left = new TreeSet<>();
    SoakReport.Figures before;
    SoakReport.Figures after;
    Duration took;
    try {
      try (Runtime runtime = subject.open(Attack.SMALL, missing)) {
        List<SoakProgram> mix = SoakProgram.without(missing);
        atOnce(runtime, directory, mix.size(), (random, index) -> mix.get(index));
        programs.clear();
        before = SoakReport.Figures.now();
        Traces open = Traces.settled(subject);
        long begin = System.nanoTime();
        atOnce(
            runtime, directory, executions, (random, index) -> mix.get(random.nextInt(mix.size())));
        took = Duration.ofNanos(System.nanoTime() - begin);
        left.addAll(Traces.since(open, subject, callers * KEPT_PER_CALLER, HostSpeed.USUAL));
        after = SoakReport.Figures.now();
        left.addAll(filesIn(directory));
      }
      left.addAll(Traces.since(closed, subject));
      left.addAll(endless(threads));
    } finally {
      Trees.remove(directory);
    }
    return new SoakReport(
        executions, Map.copyOf(programs), List.copyOf(unexpected), left, before, after, took);
  }

  private interface Choice {
    SoakProgram of(Random random, int index);
  }

  /** What the n-th execution is, does not depend on who comes to it. */
  private void atOnce(Runtime runtime, Path directory, int executions, Choice choice)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      Path own = directory.resolve("caller-" + i);
      Thread thread =
          new Thread(
              () -> {
                try (SoakCaller caller = new SoakCaller(runtime, own)) {
                  for (int n = next.getAndIncrement(); n < executions; n = next.getAndIncrement()) {
                    Random random = new Random(seed + n);
                    one(caller, choice.of(random, n), random);
                  }
                } catch (RuntimeException e) {
                  unexpected.add("a caller ended: " + e);
                }
              },
              "soak-caller-" + i);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void one(SoakCaller caller, SoakProgram program, Random random) {
    programs.merge(program.name(), 1, Integer::sum);
    try {
      SoakCaller.Ended ended = caller.run(program, random);
      if (ended.cancelled()) {
        programs.merge("(cancelled)", 1, Integer::sum);
      }
      if (!ended.expected()) {
        tell(program.name() + ": " + Describe.result(ended.result()));
      }
    } catch (ExecutionException | InterruptedException | RuntimeException e) {
      tell(program.name() + ": " + e);
    }
  }

  private void tell(String what) {
    synchronized (unexpected) {
      if (unexpected.size() < MOST_UNEXPECTED) {
        unexpected.add(what);
      }
    }
  }

  /** Of this library, idle ones included: a closed runtime has none. */
  private static Set<Thread> ownThreads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(thread -> !thread.getName().startsWith("iso-"));
    return threads;
  }

  /** Those that don't end by and by. */
  private static Set<String> endless(Set<Thread> before) throws InterruptedException {
    Set<Thread> more = ownThreads();
    more.removeAll(before);
    long until = System.nanoTime() + THREADS_END.toNanos();
    Set<String> endless = new TreeSet<>();
    for (Thread thread : more) {
      thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        endless.add("a thread: " + thread.getName());
      }
    }
    return endless;
  }

  private static Set<String> filesIn(Path directory) throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> found = Files.walk(directory)) {
      found.filter(path -> !path.equals(directory)).forEach(path -> files.add("a file: " + path));
    }
    return files;
  }
}
