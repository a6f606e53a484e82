package io.isoruntime.cli.doctor;

import io.isoruntime.ExecutionRequest;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsoException;
import io.isoruntime.Mount;
import io.isoruntime.Problem;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.docker.DockerChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Further trials on an engine, each about one question that only a container can answer. */
final class EngineTrials {
  private static final String NOTHING = "pass";

  private EngineTrials() {}

  /** Why no sandbox of this engine reaches a Unix socket of this process, if none does. */
  static Optional<Problem> whyNoSocket(EngineSubject subject) {
    try (Runtime runtime =
        subject.opener().open(SandboxProfile.defaults(), DockerChannel.UNIX_SOCKET)) {
      return run(runtime);
    } catch (IsoException e) {
      return Optional.of(e.problem());
    }
  }

  /**
   * Whether containers of this engine see these directories of this process: each is mounted, which
   * a runtime does only after a look through a container.
   */
  static PathRow.Sight sight(EngineSubject subject, Set<Path> directories) {
    PathRow.Sight sight = PathRow.Sight.CLEAR;
    for (Path directory : directories) {
      Optional<Problem> problem = mountBeneath(subject, directory);
      if (problem.isPresent()) {
        sight = PathRow.Sight.of(problem.get());
        if (sight.tried()) {
          return sight;
        }
      }
    }
    return sight;
  }

  /** Mounts a new directory beneath one; or that one itself, where nothing can be created. */
  private static Optional<Problem> mountBeneath(EngineSubject subject, Path directory) {
    if (!Files.isWritable(directory)) {
      return mount(subject, directory);
    }
    try {
      Path probe = Files.createTempDirectory(directory, "iso-doctor-");
      try {
        // A container's root may not pass over permissions.
        Files.setPosixFilePermissions(probe, PosixFilePermissions.fromString("rwxr-xr-x"));
        return mount(subject, probe);
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException e) {
      return mount(subject, directory);
    }
  }

  private static Optional<Problem> mount(EngineSubject subject, Path directory) {
    SandboxProfile profile =
        SandboxProfile.builder().mounts(Mount.readOnly(directory, "/mnt/probe")).build();
    try (Runtime runtime = subject.opener().open(profile, DockerChannel.ATTACHED)) {
      return run(runtime);
    } catch (IsoException e) {
      return Optional.of(e.problem());
    }
  }

  private static Optional<Problem> run(Runtime runtime) {
    var workspace = runtime.openWorkspace();
    try {
      ExecutionResult result =
          runtime.execute(ExecutionRequest.python(NOTHING).in(workspace).build());
      return TrialRows.problem(result.outcome());
    } finally {
      workspace.delete();
    }
  }
}
