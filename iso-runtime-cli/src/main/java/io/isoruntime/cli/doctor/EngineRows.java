package io.isoruntime.cli.doctor;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.Problem;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.EngineDiagnosis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges an engine by its own word, and by how a trial on it went. */
final class EngineRows {
  /** What a result calls the channel over the container's standard streams. */
  static final String ATTACHED = "attached";

  private static final String NO_CHANNEL = "none";
  private static final Duration MOST_AHEAD = Duration.ofSeconds(5);
  private static final long GIB = 1L << 30;

  private EngineRows() {}

  /** The engine can't be asked anything. */
  static Row unreachable(Problem problem) {
    return Row.fail("engine", problem.code().code() + ": " + problem.cause(), problem.remedy());
  }

  static List<Row> of(EngineDiagnosis engine, String image, Optional<String> ociRuntime) {
    List<Row> rows = new ArrayList<>();
    rows.add(Row.pass("engine", engine.address()));
    rows.add(version(engine.version()));
    rows.add(limits(engine.limits()));
    rows.add(seccomp(engine.seccomp()));
    rows.add(userNamespaces(engine.remapsUsers()));
    rows.add(ociRuntime(engine.runtimes(), ociRuntime));
    rows.add(clock(engine.clockAhead()));
    rows.add(disk(engine.disk()));
    rows.add(image(engine.image(), image));
    engine.image().map(found -> protocol(found, image)).ifPresent(rows::add);
    return rows;
  }

  private static Row version(EngineDiagnosis.Version version) {
    return Row.of(
        version.suffices(),
        "engine-version",
        version.engine()
            + ", API "
            + version.api()
            + (version.suffices() ? "" : "; " + version.needed() + " is needed"),
        "Upgrade the engine to Docker 20.10 or later.");
  }

  private static Row limits(EngineDiagnosis.Limits limits) {
    Map<String, Boolean> kinds = new LinkedHashMap<>();
    kinds.put("memory", limits.memory());
    kinds.put("swap", limits.swap());
    kinds.put("pids", limits.pids());
    kinds.put("cpu", limits.cpu());
    boolean all = kinds.values().stream().allMatch(limited -> limited);
    return Row.of(
        all,
        "engine-limits",
        "cgroups "
            + limits.cgroups()
            + (all ? ": " : ": can't limit ")
            + kinds.entrySet().stream()
                .filter(kind -> kind.getValue() == all)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" ")),
        "Enable them on the engine's host: boot it with cgroup_enable=memory swapaccount=1; a"
            + " rootless engine needs cgroups v2 with memory, pids and cpu delegated to its user.");
  }

  private static Row seccomp(Optional<String> profile) {
    return Row.of(
        profile.isPresent(),
        "engine-seccomp",
        profile.map(name -> "profile " + name).orElse("containers run without the engine's filter"),
        "Take \"seccomp-profile\": \"unconfined\" out of the engine's daemon.json and restart the"
            + " engine; use one that was built with seccomp, on a kernel with"
            + " CONFIG_SECCOMP_FILTER=y.");
  }

  /** Information: either way executors are nobody's user. */
  private static Row userNamespaces(boolean remapped) {
    return Row.pass(
        "engine-user-namespaces",
        remapped
            ? "a container's users are others on the host"
            : "a container's users are the host's; executors have ids of their own all the same");
  }

  private static Row ociRuntime(EngineDiagnosis.Runtimes runtimes, Optional<String> asked) {
    String all = runtimes.names().stream().sorted().collect(Collectors.joining(" "));
    return asked
        .map(
            name ->
                Row.of(
                    runtimes.names().contains(name),
                    "oci-runtime",
                    runtimes.names().contains(name)
                        ? name
                        : "there is no " + name + " among " + all,
                    "Add it to \"runtimes\" in the engine's daemon.json and reload the engine"
                        + " (systemctl reload docker), or name another one with --oci-runtime."))
        .orElseGet(
            () -> Row.pass("oci-runtime", runtimes.usual() + ", the engine's own, among " + all));
  }

  private static Row clock(Duration ahead) {
    String seconds = String.format(Locale.ROOT, "%.1f s", Math.abs(ahead.toMillis()) / 1e3);
    boolean close = ahead.abs().compareTo(MOST_AHEAD) <= 0;
    return Row.of(
        close,
        "engine-clock",
        close
            ? "within " + seconds + " of this process's"
            : seconds + (ahead.isNegative() ? " behind" : " ahead of") + " this process's",
        "Synchronise both hosts' clocks (timedatectl set-ntp true): what is left behind is found by"
            + " its deadline, and records would disagree.");
  }

  private static Row disk(EngineDiagnosis.Disk disk) {
    if (disk.freeBytes().isEmpty()) {
      return Row.pass(
          "engine-disk", disk.directory() + ", which can't be seen from here: look with df there");
    }
    long free = disk.freeBytes().getAsLong();
    return Row.of(
        free >= GIB,
        "engine-disk",
        disk.directory() + String.format(Locale.ROOT, ", %.1f GiB free", (double) free / GIB),
        "Free at least 1 GiB there: docker system df tells what is used, docker image prune removes"
            + " images without a name.");
  }

  private static Row image(Optional<EngineDiagnosis.Image> found, String image) {
    return Row.of(
        found.isPresent(),
        "image",
        image + found.map(known -> ", " + known.id()).orElse(" is not on the engine"),
        "Build it with build/image.sh --tag "
            + image
            + ", pull it with docker pull "
            + image
            + ", or name another one with PY_CODE_EXEC_IMAGE or --image.");
  }

  private static Row protocol(EngineDiagnosis.Image found, String image) {
    boolean same = found.protocol().filter(found.needed()::equals).isPresent();
    return Row.of(
        same,
        "image-protocol",
        found
            .protocol()
            .map(
                version ->
                    same ? version : version + "; this library speaks " + found.needed() + " only")
            .orElse("none: there is no init of this library in it"),
        "Build it from this version of the library with build/image.sh --tag "
            + image
            + "; derive an image of your own FROM that one.");
  }

  /**
   * How sandboxes and this process talk; empty if none of them came so far.
   *
   * @param asked what was asked for
   * @param trial what came of it
   * @param whyNoSocket why the socket was not taken
   */
  static Optional<Row> channel(
      DockerChannel asked, ExecutionResult trial, Optional<Problem> whyNoSocket) {
    String found = trial.isolation().channel();
    Optional<Problem> unavailable =
        TrialRows.problem(trial.outcome())
            .filter(problem -> problem.code() == ErrorCode.CHANNEL_UNAVAILABLE);
    if (unavailable.isPresent()) {
      return unavailable.map(problem -> Row.fail("channel", problem.cause(), problem.remedy()));
    } else if (found.equals(NO_CHANNEL)) {
      return Optional.empty();
    } else if (asked != DockerChannel.AUTO) {
      return Optional.of(Row.pass("channel", found + ", as asked for"));
    } else if (found.equals(ATTACHED)) {
      return Optional.of(
          Row.pass(
              "channel",
              found
                  + ", which works everywhere"
                  + whyNoSocket.map(problem -> ". " + problem.cause()).orElse("")));
    }
    return Optional.of(Row.pass("channel", found + ", which a container was seen to reach"));
  }

  /**
   * Containers of executions whose owner is dead.
   *
   * @param found those that were there at first
   * @param left those that are there still, after a runtime began
   */
  static Row orphans(List<EngineDiagnosis.Orphan> found, List<EngineDiagnosis.Orphan> left) {
    String name = "orphans";
    if (!left.isEmpty()) {
      return Row.fail(
          name,
          left.size() + " left by dead owners: " + describe(left),
          "Remove them: docker rm -f "
              + left.stream()
                  .map(EngineDiagnosis.Orphan::container)
                  .collect(Collectors.joining(" ")));
    }
    return Row.pass(
        name, found.isEmpty() ? "none" : found.size() + " found and removed: " + describe(found));
  }

  private static String describe(List<EngineDiagnosis.Orphan> orphans) {
    return orphans.stream()
        .map(orphan -> orphan.container() + " of execution " + orphan.execution())
        .collect(Collectors.joining(", "));
  }
}
