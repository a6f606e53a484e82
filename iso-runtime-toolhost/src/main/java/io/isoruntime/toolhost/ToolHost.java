package io.isoruntime.toolhost;

import static java.util.Objects.requireNonNull;

import io.isoruntime.ErrorCode;
import io.isoruntime.IsoException;
import io.isoruntime.Tool;
import io.isoruntime.ToolRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Tools written in Python: bundles, which are directories of modules, run by a trusted process with
 * network and credentials, apart from generated code. Each public function with type hints is a
 * tool named {@code bundle.module.function}; it goes into a {@link ToolRegistry} like any other.
 *
 * <p>Every call has a process of its own, forked from one that has imported the bundles. A crash
 * ends that call with the code {@code TOOL_CRASHED}, a hang at its deadline with {@code TOOL_HUNG};
 * other calls and this JVM go on. A tool host that ends is started again.
 *
 * <p>Thread-safe. {@link #close()} ends the tool hosts with everything that they started, as does
 * the end of this JVM, however it comes.
 */
public final class ToolHost implements AutoCloseable {
  /** Largest result by default: what the library can send to a program. */
  static final int RESULT_BYTES = 16 * 1024 * 1024 - 8192;

  private final List<RestartingHost> hosts;
  private final List<Tool<?, ?>> tools;
  private final ExecutorService threads;
  private final ScheduledExecutorService timers;

  private ToolHost(
      List<RestartingHost> hosts,
      List<Tool<?, ?>> tools,
      ExecutorService threads,
      ScheduledExecutorService timers) {
    this.hosts = List.copyOf(hosts);
    this.tools = List.copyOf(tools);
    this.threads = threads;
    this.timers = timers;
  }

  /** Begins a tool host. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * A local process of the {@code python3} on the PATH; otherwise as {@link #subprocess(String)}.
   */
  public static Placement subprocess() {
    return subprocess("python3");
  }

  /**
   * A local process: the user, the network and the file system of this JVM, and of its environment
   * what the builder names.
   *
   * @param interpreter Python 3.9 or newer, such as a virtual environment's {@code bin/python}
   */
  public static Placement subprocess(String interpreter) {
    return new SubprocessPlacement(requireNonNull(interpreter));
  }

  /** The tools, by bundle in the order in which these were given. */
  public List<Tool<?, ?>> tools() {
    return tools;
  }

  /** A registry of these tools and no others. */
  public ToolRegistry registry() {
    return ToolRegistry.of(tools.toArray(Tool<?, ?>[]::new));
  }

  /** Ends everything; calls in flight fail. Idempotent. */
  @Override
  public void close() {
    hosts.forEach(RestartingHost::close);
    timers.shutdownNow();
    threads.shutdown();
  }

  /** Collects bundles and where they run. Not thread-safe. */
  public static final class Builder {
    private final Map<Path, Bundle> bundles = new LinkedHashMap<>();
    private final HostEnvironment environment = new HostEnvironment(System.getenv());
    private Placement placement = subprocess();
    private int parallel = 16;
    private int resultBytes = RESULT_BYTES;
    private Duration startTime = Duration.ofSeconds(60);

    /** A bundle's directory, its own place if it has one, and those of some of its modules. */
    private static final class Bundle {
      private @Nullable Placement place;
      private final Map<String, Placement> modules = new LinkedHashMap<>();
    }

    private Builder() {}

    /** Adds bundles, which run where {@link #placement} says. */
    public Builder bundles(Path... directories) {
      for (Path directory : directories) {
        entry(directory);
      }
      return this;
    }

    /** Adds a bundle that runs at this place. */
    public Builder bundle(Path directory, Placement placement) {
      entry(directory).place = requireNonNull(placement);
      return this;
    }

    /**
     * Lets one module of a bundle run at another place than the rest.
     *
     * @param module its name within the bundle, such as {@code orders}; of a package, all in it
     */
    public Builder module(Path directory, String module, Placement placement) {
      entry(directory).modules.put(requireNonNull(module), requireNonNull(placement));
      return this;
    }

    private Bundle entry(Path directory) {
      return bundles.computeIfAbsent(directory.toAbsolutePath().normalize(), added -> new Bundle());
    }

    /** Where bundles run that have no place of their own; by default {@link #subprocess()}. */
    public Builder placement(Placement placement) {
      this.placement = requireNonNull(placement);
      return this;
    }

    /**
     * Gives bundles a variable of their environment.
     *
     * @throws IllegalArgumentException if the name is none
     */
    public Builder environment(String name, String value) {
      environment.set(name, value);
      return this;
    }

    /**
     * Passes on variables of this process, those that are set: names, or beginnings of names with a
     * star, such as {@code AWS_*}. None is passed on unless it is named here.
     *
     * @throws IllegalArgumentException if one is no name
     */
    public Builder passEnvironment(String... names) {
      environment.pass(names);
      return this;
    }

    /**
     * How many calls a tool host runs at a time, each in a process of its own; more wait.
     *
     * @param calls 1 to 256, by default 16
     */
    public Builder parallelCalls(int calls) {
      if (calls < 1 || calls > 256) {
        throw new IllegalArgumentException("parallelCalls must be from 1 to 256, not " + calls);
      }
      this.parallel = calls;
      return this;
    }

    /**
     * How large a result may be.
     *
     * @param bytes of its JSON, 1 KiB to just below 16 MiB, which is the default
     */
    public Builder maxResultBytes(int bytes) {
      if (bytes < 1024 || bytes > RESULT_BYTES) {
        throw new IllegalArgumentException(
            "maxResultBytes must be from 1024 to " + RESULT_BYTES + ", not " + bytes);
      }
      this.resultBytes = bytes;
      return this;
    }

    /**
     * How long a tool host may take to import its bundles.
     *
     * @param time above zero, by default 60 s
     */
    public Builder startTime(Duration time) {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException("startTime must be above zero, not " + time);
      }
      this.startTime = time;
      return this;
    }

    /**
     * Starts the tool hosts and imports the bundles.
     *
     * @throws IsoException if a bundle can't be imported or has functions that can't be tools
     *     ({@link ErrorCode#TOOL_BUNDLE_INVALID}, naming all that is wrong with file and line), or
     *     if a tool host can't be started; then none is left
     * @throws IllegalStateException if no bundle was given
     */
    public ToolHost build() {
      if (bundles.isEmpty()) {
        throw new IllegalStateException(
            "A tool host without bundles has no tools: give it bundles(directory).");
      }
      ExecutorService threads = Executors.newCachedThreadPool(named("iso-toolhost-call"));
      ScheduledThreadPoolExecutor timers =
          new ScheduledThreadPoolExecutor(1, named("iso-toolhost-timer"));
      timers.setRemoveOnCancelPolicy(true); // most calls end long before their deadline
      Map<Placement, List<BundleSelection>> places = places();
      List<RestartingHost> hosts = new ArrayList<>();
      try {
        places.forEach(
            (place, selected) ->
                hosts.add(
                    RestartingHost.open(
                        new HostPlan(
                            place,
                            selected,
                            environment.variables(),
                            parallel,
                            resultBytes,
                            startTime),
                        threads,
                        timers)));
        return new ToolHost(hosts, tools(hosts), threads, timers);
      } catch (RuntimeException e) {
        hosts.forEach(RestartingHost::close);
        timers.shutdownNow();
        threads.shutdown();
        throw e;
      }
    }

    private Map<Placement, List<BundleSelection>> places() {
      Set<String> names = new LinkedHashSet<>();
      Map<Placement, List<BundleSelection>> places = new LinkedHashMap<>();
      bundles.forEach(
          (directory, bundle) -> {
            BundleDirectory.require(directory);
            String name = BundleDirectory.name(directory);
            if (!names.add(name)) {
              throw BundleDirectory.invalid(
                  "Two bundles have the name " + name + ".",
                  "Rename the directory of one, which gives the name.");
            }
            List<String> elsewhere = List.copyOf(bundle.modules.keySet());
            Placement rest = bundle.place == null ? placement : bundle.place;
            places
                .computeIfAbsent(rest, added -> new ArrayList<>())
                .add(new BundleSelection(name, directory, List.of(), elsewhere));
            bundle.modules.forEach(
                (module, place) ->
                    places
                        .computeIfAbsent(place, added -> new ArrayList<>())
                        .add(new BundleSelection(name, directory, List.of(module), List.of())));
          });
      return places;
    }

    private static List<Tool<?, ?>> tools(List<RestartingHost> hosts) {
      List<String> faults =
          hosts.stream().flatMap(host -> host.catalog().faults().stream()).toList();
      if (!faults.isEmpty()) {
        throw BundleDirectory.invalid(
            faults.size()
                + " of the bundles' parts can't be used: "
                + String.join("; ", faults)
                + ".",
            "Correct what is named, or make functions private by an underscore before their names.");
      }
      List<Tool<?, ?>> tools = new ArrayList<>();
      for (RestartingHost host : hosts) {
        host.catalog().tools().forEach(entry -> tools.add(HostedTool.of(entry, host)));
      }
      return tools;
    }

    private static ThreadFactory named(String name) {
      return task -> {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
      };
    }
  }
}
