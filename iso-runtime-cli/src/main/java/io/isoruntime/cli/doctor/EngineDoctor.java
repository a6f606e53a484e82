package io.isoruntime.cli.doctor;

import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.EngineDiagnosis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds out whether an engine is ready. Not thread-safe. */
public final class EngineDoctor {
  private final EngineSubject subject;
  private final HostReadings host = HostReader.ofThisHost().read();
  private final List<Row> rows = new ArrayList<>();

  private EngineDoctor(EngineSubject subject) {
    this.subject = subject;
  }

  /** The rows: of this process, of the engine, of the trial, and of what others left there. */
  public static List<Row> examine(EngineSubject subject) {
    EngineDoctor doctor = new EngineDoctor(subject);
    doctor.examine();
    return doctor.rows;
  }

  private void examine() {
    rows.addAll(HostRows.ofService(host));
    EngineDiagnosis engine;
    try {
      engine = EngineDiagnosis.of(subject.image());
    } catch (IsoException e) {
      rows.add(EngineRows.unreachable(e.problem()));
      rows.add(TrialRows.notRun(e.problem()));
      return;
    }
    rows.addAll(EngineRows.of(engine, subject.image(), subject.ociRuntime()));
    tryOut(engine.paths());
    rows.add(EngineRows.orphans(engine.orphans(), left(engine.orphans())));
  }

  private void tryOut(EngineDiagnosis.Paths paths) {
    ExecutionResult trial;
    try (Runtime runtime = subject.open()) {
      trial = Trial.run(runtime);
    } catch (IsoException e) {
      rows.add(paths(paths, false));
      rows.add(TrialRows.notRun(e.problem()));
      return;
    }
    rows.add(paths(paths, TrialRows.problem(trial.outcome()).isEmpty()));
    EngineRows.channel(subject.channel(), trial, whyNoSocket(trial)).ifPresent(rows::add);
    rows.addAll(TrialRows.inContainer(trial, subject.image(), subject.ociRuntime()));
  }

  /**
   * Tries out what is said to be shared: the directory of workspaces, and what HOST_* variables
   * name. What else is mounted into the own container is nobody's promise.
   */
  private Row paths(EngineDiagnosis.Paths paths, boolean tryOut) {
    Path workspaces = host.workspaces().directory();
    Set<Path> promised = new TreeSet<>();
    if (paths.origin() == EngineDiagnosis.Origin.ENVIRONMENT) {
      promised.addAll(paths.translator().roots());
    }
    Set<Path> absent = new TreeSet<>(promised);
    absent.removeIf(Files::isDirectory);
    promised.removeIf(workspaces::startsWith);
    if (PathRow.isShared(paths, workspaces)) {
      promised.add(workspaces);
    }
    return PathRow.of(
        paths,
        workspaces,
        absent,
        tryOut && absent.isEmpty() ? EngineTrials.sight(subject, promised) : PathRow.Sight.UNTRIED);
  }

  /** Asked only where a socket was not taken although it might have been. */
  private Optional<Problem> whyNoSocket(ExecutionResult trial) {
    return subject.channel() == DockerChannel.AUTO
            && trial.isolation().channel().equals(EngineRows.ATTACHED)
        ? EngineTrials.whyNoSocket(subject)
        : Optional.empty();
  }

  /** Those that the trial's runtime did not remove; looked for only where there were some. */
  private List<EngineDiagnosis.Orphan> left(List<EngineDiagnosis.Orphan> found) {
    try {
      return found.isEmpty() ? found : EngineDiagnosis.of(subject.image()).orphans();
    } catch (IsoException e) {
      return found; // the engine is gone meanwhile
    }
  }
}
