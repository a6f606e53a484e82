package io.isoruntime.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Info;
import io.isoruntime.IsoException;
import io.isoruntime.PathTranslator;
import io.isoruntime.Settings;
import io.isoruntime.supervisor.spi.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an engine says and shows of itself to this process: the readings behind {@code iso doctor
 * --runtime docker}. Taking them changes nothing on the engine, and judges nothing. Immutable,
 * apart from a path translator that does as it likes.
 *
 * @param address where it was asked
 * @param version which it is
 * @param limits what its cgroups can limit, by its own word
 * @param seccomp the name of its system call filter, such as {@code default}; empty if it has none
 * @param remapsUsers whether containers have user ids that differ from the host's
 * @param runtimes the OCI runtimes that it knows
 * @param image the image that was asked about, if the engine has it
 * @param paths how this process and the engine's host name the same directories
 * @param clockAhead by how much its clock is ahead of ours; negative if it is behind
 * @param disk where it keeps images and containers
 * @param orphans containers of executions whose owner is dead
 */
public record EngineDiagnosis(
    String address,
    Version version,
    Limits limits,
    Optional<String> seccomp,
    boolean remapsUsers,
    Runtimes runtimes,
    Optional<Image> image,
    Paths paths,
    Duration clockAhead,
    Disk disk,
    List<Orphan> orphans) {

  /** Copies the list. */
  public EngineDiagnosis {
    orphans = List.copyOf(orphans);
  }

  /**
   * The engine's version.
   *
   * @param engine such as {@code 20.10.24}
   * @param api the newest version of its API, such as {@code 1.41}
   * @param suffices whether that is new enough for sandboxes
   * @param needed the oldest that is
   */
  public record Version(String engine, String api, boolean suffices, String needed) {}

  /**
   * The limits that the engine's host can enforce.
   *
   * @param cgroups version and driver of its cgroups, such as {@code v2, systemd}
   * @param memory of memory
   * @param swap of memory and swap together
   * @param pids of processes
   * @param cpu of CPU time
   */
  public record Limits(String cgroups, boolean memory, boolean swap, boolean pids, boolean cpu) {}

  /**
   * The OCI runtimes.
   *
   * @param names all of them
   * @param usual the one that is taken where none is named
   */
  public record Runtimes(Set<String> names, String usual) {
    /** Copies the set. */
    public Runtimes {
      names = Set.copyOf(names);
    }
  }

  /**
   * An image.
   *
   * @param id its digest
   * @param protocol the version of the protocol that its init speaks; empty without our init
   * @param needed the version that this library speaks
   */
  public record Image(String id, Optional<String> protocol, String needed) {}

  /**
   * Names of directories.
   *
   * @param container the id of the engine's container that this process is in, if it is in one
   * @param origin where the translation comes from
   * @param translator what a runtime translates with, unless it is given another one
   */
  public record Paths(Optional<String> container, Origin origin, PathTranslator translator) {

    /** What is taken where an embedder gives no translator. */
    static Paths found(Optional<OwnContainer> own) {
      Optional<String> container = own.map(OwnContainer::id);
      return Settings.fromEnvironment()
          .pathTranslator()
          .map(translator -> new Paths(container, Origin.ENVIRONMENT, translator))
          .or(() -> own.map(in -> new Paths(container, Origin.OWN_CONTAINER, in.translator())))
          .orElseGet(() -> new Paths(container, Origin.SAME, PathTranslator.identity()));
    }
  }

  /** Where a translation of paths comes from. */
  public enum Origin {
    /** The variables {@code HOST_*}. */
    ENVIRONMENT,
    /** The mounts of the container that this process is in. */
    OWN_CONTAINER,
    /** None is needed: paths are the same on both sides, as far as this process can tell. */
    SAME
  }

  /**
   * The engine's data directory.
   *
   * @param directory as the engine's host names it
   * @param freeBytes what is free there; empty where this process can't see it
   */
  public record Disk(String directory, OptionalLong freeBytes) {}

  /**
   * A container without an owner.
   *
   * @param container its id
   * @param execution the execution that it was made for
   */
  public record Orphan(String container, String execution) {}

  /**
   * Examines the engine that DOCKER_HOST names, as {@link DockerRuntime} does.
   *
   * @param image the image to ask about
   * @throws IsoException if the engine can't be asked; the problem says why and what to do
   */
  public static EngineDiagnosis of(String image) {
    try (Engine engine = Engine.at(Optional.empty())) {
      EngineFacts facts = engine.facts();
      Instant before = Instant.now();
      Info info = engine.info();
      Instant after = Instant.now();
      Optional<OwnContainer> own = OwnContainer.find(engine);
      return new EngineDiagnosis(
          engine.host().toString(),
          new Version(
              facts.version(),
              facts.apiVersion(),
              facts.speaks(Site.API_MAJOR, Site.API_MINOR),
              Site.API_MAJOR + "." + Site.API_MINOR),
          limits(info, facts),
          seccomp(facts.security()),
          facts.remapsUsers(),
          new Runtimes(
              new TreeSet<>(facts.runtimes().keySet()), text(info, "DefaultRuntime", "runc")),
          engine.image(image).map(EngineDiagnosis::image),
          Paths.found(own),
          clockAhead(info, before, after),
          disk(info, engine, facts, own),
          orphans(engine, own));
    }
  }

  /**
   * The names of the containers that a process's runtimes made on the engine and that are still
   * there.
   *
   * @param pid the process's id
   * @throws IsoException if the engine doesn't answer
   */
  public static Set<String> containersOf(long pid) {
    try (Engine engine = Engine.at(Optional.empty())) {
      return containersOf(pid, engine);
    }
  }

  static Set<String> containersOf(long pid, Engine engine) {
    return madeBy(pid, engine)
        .map(container -> String.join(",", container.getNames()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<Container> madeBy(long pid, Engine engine) {
    return engine.labelled(Owner.PROCESS).stream()
        .filter(
            container ->
                container
                    .getLabels()
                    .getOrDefault(Owner.PROCESS, "")
                    .startsWith("iso-" + pid + "-"));
  }

  /**
   * The first processes of the containers that a process's runtimes made, by this host's numbers.
   *
   * @param pid the process's id
   * @return none if the engine is on another host, or its processes are not to be seen from here
   * @throws IsoException if the engine doesn't answer
   */
  public static Set<Long> initsOf(long pid) {
    try (Engine engine = Engine.at(Optional.empty())) {
      return initsOf(pid, engine);
    }
  }

  static Set<Long> initsOf(long pid, Engine engine) {
    return engine.isOnUnixSocket()
            && engine.facts().kernel().equals(System.getProperty("os.version"))
        ? madeBy(pid, engine)
            .flatMap(container -> engine.find(container.getId()).stream())
            .flatMap(found -> initOf(found).stream())
            .collect(Collectors.toCollection(TreeSet::new))
        : Set.of();
  }

  /**
   * An engine tells numbers of its own pid namespace, which in ours, as of a service in a
   * container, are somebody else's: what has such a number here must be known to belong to it.
   */
  private static Optional<Long> initOf(InspectContainerResponse container) {
    Long pid = container.getState().getPidLong();
    return pid != null && pid > 0 && isOf(pid, container.getId())
        ? Optional.of(pid)
        : Optional.empty();
  }

  /** By its cgroup, or under gVisor by its command. */
  private static boolean isOf(long pid, String container) {
    Path process = Path.of("/proc", Long.toString(pid));
    try {
      return Files.readString(process.resolve("cgroup")).contains(container)
          || Files.readString(process.resolve("cmdline")).contains(container);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  private static Limits limits(Info info, EngineFacts facts) {
    return new Limits(
        "v" + facts.cgroupVersion() + ", " + text(info, "CgroupDriver", "driver unknown"),
        is(info, "MemoryLimit"),
        is(info, "SwapLimit"),
        is(info, "PidsLimit"),
        is(info, "CpuCfsQuota"));
  }

  /** Not all of it has a getter. */
  private static boolean is(Info info, String name) {
    return Boolean.TRUE.equals(info.getRawValues().get(name));
  }

  private static String text(Info info, String name, String fallback) {
    return info.getRawValues().get(name) instanceof String text && !text.isEmpty()
        ? text
        : fallback;
  }

  /** From an option such as {@code name=seccomp,profile=default}. */
  private static Optional<String> seccomp(List<String> security) {
    return security.stream()
        .filter(option -> option.contains("name=seccomp"))
        .map(option -> option.replaceAll(".*profile=([^,]*).*", "$1"))
        .filter(profile -> !profile.equals("unconfined"))
        .findFirst();
  }

  private static Image image(InspectImageResponse found) {
    Optional<String> protocol =
        Optional.ofNullable(found.getConfig())
            .map(config -> config.getLabels())
            .map(labels -> labels.get(Protocol.IMAGE_LABEL));
    return new Image(String.valueOf(found.getId()), protocol, Integer.toString(Protocol.VERSION));
  }

  /** Against the middle of the call, which bounds the error by half of what the call took. */
  private static Duration clockAhead(Info info, Instant before, Instant after) {
    try {
      Instant theirs = OffsetDateTime.parse(String.valueOf(info.getSystemTime())).toInstant();
      return Duration.between(before.plus(Duration.between(before, after).dividedBy(2)), theirs);
    } catch (DateTimeException e) {
      return Duration.ZERO; // it does not tell
    }
  }

  private static Disk disk(
      Info info, Engine engine, EngineFacts facts, Optional<OwnContainer> own) {
    String directory = Optional.ofNullable(info.getDockerRootDir()).orElse("unknown");
    boolean here =
        engine.isOnUnixSocket()
            && own.isEmpty()
            && facts.kernel().equals(System.getProperty("os.version"));
    OptionalLong free = OptionalLong.empty();
    if (here) {
      try {
        free = OptionalLong.of(Files.getFileStore(Path.of(directory)).getUsableSpace());
      } catch (IOException e) {
        // in another mount namespace, or not for this user to see
      }
    }
    return new Disk(directory, free);
  }

  private static List<Orphan> orphans(Engine engine, Optional<OwnContainer> own) {
    Owner self;
    try {
      self = Owner.current(own.map(OwnContainer::id));
    } catch (IOException e) {
      throw EngineFailures.of(e, engine.host(), "be examined: /proc can't be read");
    }
    long now = System.currentTimeMillis() / 1000;
    Map<String, Boolean> owners = new HashMap<>();
    return engine.labelled(Owner.INSTANCE).stream()
        .filter(
            found ->
                found.getLabels() != null
                    && Orphans.isOrphan(found.getLabels(), self, now, engine, owners))
        .map(EngineDiagnosis::orphan)
        .toList();
  }

  private static Orphan orphan(Container found) {
    return new Orphan(
        String.valueOf(found.getId()), found.getLabels().getOrDefault(Owner.EXECUTION, "unknown"));
  }
}
