package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.PathTranslator;
import io.isoruntime.Problem;
import io.isoruntime.cli.doctor.PathRow.Sight;
import io.isoruntime.docker.EngineDiagnosis.Origin;
import io.isoruntime.docker.EngineDiagnosis.Paths;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PathRowTest {
  private static final Path SHARED = Path.of("/exec-workspace");
  private static final Path TMP = Path.of("/tmp");
  private static final PathTranslator TRANSLATOR =
      PathTranslator.mapping(Map.of(SHARED, Path.of("/srv/w")));
  private static final Paths BY_VARIABLES =
      new Paths(Optional.empty(), Origin.ENVIRONMENT, TRANSLATOR);
  private static final Paths BY_MOUNTS =
      new Paths(Optional.of("0123456789abcdef"), Origin.OWN_CONTAINER, TRANSLATOR);
  private static final Problem NOT_SHARED =
      new Problem(ErrorCode.PATH_NOT_SHARED, "The cause.", "The consequence.", "The remedy.");

  private static Row row(Paths paths, Path workspaces, Sight sight) {
    return PathRow.of(paths, workspaces, Set.of(), sight);
  }

  @Test
  void onTheEnginesHostNothingIsTranslated() {
    assertEquals(
        Row.pass(
            "path-translation",
            "none: in no container of the engine, so paths are taken to be the same; seen by"
                + " containers"),
        row(Engines.SAME, TMP, Sight.CLEAR));
  }

  @Test
  void namesTheTranslatorAndWhatItTranslates() {
    assertEquals(
        "by the variables HOST_*, /exec-workspace is /srv/w on the engine's host; seen by"
            + " containers",
        row(BY_VARIABLES, SHARED, Sight.CLEAR).detail());
    assertEquals(
        "by the mounts of the container 0123456789ab, /exec-workspace is /srv/w on the engine's"
            + " host; not tried out",
        row(BY_MOUNTS, SHARED, Sight.UNTRIED).detail());
  }

  @Test
  void aDirectoryThatIsNotSharedIsOnlyNoted() {
    Row row = row(BY_MOUNTS, TMP, Sight.CLEAR);
    assertTrue(row.passed(), row.toString());
    assertTrue(
        row.detail()
            .endsWith("/tmp is not shared, as it need not be: files go through the" + " channel"),
        row.toString());
  }

  @Test
  void aTranslationThatLeadsElsewhereFails() {
    for (Paths wrong : new Paths[] {BY_VARIABLES, BY_MOUNTS}) {
      Row row = row(wrong, SHARED, Sight.of(NOT_SHARED));
      assertTrue(!row.passed(), row.toString());
      assertTrue(row.detail().endsWith(" on the engine's host: The cause."), row.toString());
      assertEquals(Optional.of("The remedy."), row.remedy());
    }
    assertTrue(!row(BY_VARIABLES, TMP, Sight.of(NOT_SHARED)).passed(), "other than workspaces");
  }

  @Test
  void whereNothingWasPromisedBlindContainersAreOnlyNoted() {
    Row row = row(Engines.SAME, TMP, Sight.of(NOT_SHARED));
    assertTrue(row.passed(), row.toString());
    assertTrue(row.detail().contains("yet containers don't see /tmp"), row.toString());
  }

  @Test
  void aProblemOfAnotherKindSaysNothingOfPaths() {
    assertEquals(
        Sight.UNTRIED,
        Sight.of(new Problem(ErrorCode.ENGINE_TIMEOUT, "The cause.", "No.", "The remedy.")));
  }

  @Test
  void aVariableForWhatIsNotMountedHereFails() {
    Row row = PathRow.of(BY_VARIABLES, TMP, Set.of(SHARED), Sight.UNTRIED);
    assertTrue(!row.passed(), row.toString());
    assertTrue(row.detail().endsWith("yet /exec-workspace is no directory here"), row.toString());
    assertTrue(
        row.remedy().orElseThrow().contains("docker run -v /srv/w:/exec-workspace"),
        row.toString());
  }

  @Test
  void aContainerThatSharesNothingIsNoted() {
    PathTranslator none =
        local -> {
          throw NOT_SHARED.toException();
        };
    Row row = row(new Paths(Optional.of("0123"), Origin.OWN_CONTAINER, none), TMP, Sight.UNTRIED);
    assertTrue(row.passed(), row.toString());
    assertTrue(
        row.detail().startsWith("by the mounts of the container 0123, which shares no directory;"),
        row.toString());
  }
}
