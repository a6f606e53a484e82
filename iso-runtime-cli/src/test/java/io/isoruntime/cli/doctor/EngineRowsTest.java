package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.ErrorCode;
import io.isoruntime.ExecutionResult;
import io.isoruntime.IsolationReport;
import io.isoruntime.Outcome;
import io.isoruntime.Problem;
import io.isoruntime.docker.DockerChannel;
import io.isoruntime.docker.EngineDiagnosis.Disk;
import io.isoruntime.docker.EngineDiagnosis.Image;
import io.isoruntime.docker.EngineDiagnosis.Limits;
import io.isoruntime.docker.EngineDiagnosis.Orphan;
import io.isoruntime.docker.EngineDiagnosis.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineRowsTest {
  private final Engines engine = new Engines();
  private Optional<String> ociRuntime = Optional.empty();

  private List<Row> rows() {
    return EngineRows.of(engine.made(), "mine:1", ociRuntime);
  }

  private Row row(String name) {
    return rows().stream().filter(row -> row.name().equals(name)).findAny().orElseThrow();
  }

  private static void assertFails(Row row, String detail, String remedy) {
    assertTrue(!row.passed(), row.toString());
    assertTrue(row.detail().contains(detail), row.toString());
    assertTrue(row.remedy().orElseThrow().contains(remedy), row.toString());
  }

  @Test
  void allPassOnAGoodEngine() {
    assertEquals(
        List.of(
            Row.pass("engine", "unix:///var/run/docker.sock"),
            Row.pass("engine-version", "20.10.24, API 1.41"),
            Row.pass("engine-limits", "cgroups v2, systemd: memory swap pids cpu"),
            Row.pass("engine-seccomp", "profile default"),
            Row.pass(
                "engine-user-namespaces",
                "a container's users are the host's; executors have ids of their own all the"
                    + " same"),
            Row.pass("oci-runtime", "runc, the engine's own, among runc runsc"),
            Row.pass("engine-clock", "within 0.1 s of this process's"),
            Row.pass("engine-disk", "/var/lib/docker, 5.0 GiB free"),
            Row.pass("image", "mine:1, sha256:aa"),
            Row.pass("image-protocol", "2")),
        rows());
  }

  @ParameterizedTest
  @CsvSource({
    "ENGINE_UNREACHABLE,ISO-ENGINE-UNREACHABLE: The cause.",
    "ENGINE_ACCESS_DENIED,ISO-ENGINE-ACCESS-DENIED: The cause.",
    "ENGINE_TIMEOUT,ISO-ENGINE-TIMEOUT: The cause."
  })
  void theErrorsCodeTellsWhyTheEngineCannotBeAsked(ErrorCode code, String detail) {
    assertEquals(Row.fail("engine", detail, "The remedy."), EngineRows.unreachable(problem(code)));
  }

  @Test
  void wantsAnApiThatIsNewEnough() {
    engine.version = new Version("19.03.5", "1.40", false, "1.41");
    assertFails(row("engine-version"), "19.03.5, API 1.40; 1.41 is needed", "Docker 20.10");
  }

  @Test
  void namesTheLimitsThatAreLacking() {
    engine.limits = new Limits("v1, cgroupfs", true, false, true, false);
    assertFails(
        row("engine-limits"), "cgroups v1, cgroupfs: can't limit swap cpu", "swapaccount=1");
  }

  @Test
  void wantsTheEnginesFilter() {
    engine.seccomp = Optional.empty();
    assertFails(row("engine-seccomp"), "without the engine's filter", "daemon.json");
  }

  @Test
  void saysWhetherUsersAreRemapped() {
    engine.remapsUsers = true;
    assertEquals(
        Row.pass("engine-user-namespaces", "a container's users are others on the host"),
        row("engine-user-namespaces"));
  }

  @Test
  void wantsTheOciRuntimeThatIsAskedFor() {
    ociRuntime = Optional.of("runsc");
    assertEquals(Row.pass("oci-runtime", "runsc"), row("oci-runtime"));
    ociRuntime = Optional.of("kata");
    assertFails(row("oci-runtime"), "there is no kata among runc runsc", "daemon.json");
  }

  @ParameterizedTest
  @ValueSource(longs = {5_000, -5_000, 0})
  void toleratesClocksThatAreClose(long millis) {
    engine.clockAhead = Duration.ofMillis(millis);
    assertTrue(row("engine-clock").passed());
  }

  @ParameterizedTest
  @CsvSource({"5001,5.0 s ahead of this process's", "-61000,61.0 s behind this process's"})
  void failsClocksThatAreApart(long millis, String detail) {
    engine.clockAhead = Duration.ofMillis(millis);
    assertFails(row("engine-clock"), detail, "timedatectl set-ntp true");
  }

  @Test
  void wantsRoomForTheEngine() {
    engine.disk = new Disk("/data", OptionalLong.of((1L << 30) - 1));
    assertFails(row("engine-disk"), "/data, 1.0 GiB free", "docker image prune");
    engine.disk = new Disk("/data", OptionalLong.empty());
    assertEquals(
        Row.pass("engine-disk", "/data, which can't be seen from here: look with df there"),
        row("engine-disk"));
  }

  @Test
  void wantsTheImage() {
    engine.image = Optional.empty();
    assertFails(row("image"), "mine:1 is not on the engine", "build/image.sh --tag mine:1");
    assertTrue(rows().stream().noneMatch(row -> row.name().equals("image-protocol")));
  }

  @Test
  void wantsAnImageThatSpeaksOurProtocol() {
    engine.image = Optional.of(new Image("sha256:aa", Optional.of("1"), "3"));
    assertFails(
        row("image-protocol"), "1; this library speaks 3 only", "build/image.sh --tag mine:1");
    engine.image = Optional.of(new Image("sha256:aa", Optional.empty(), "3"));
    assertFails(row("image-protocol"), "no init of this library", "FROM that one");
  }

  private static Problem problem(ErrorCode code) {
    return new Problem(code, "The cause.", "The consequence.", "The remedy.");
  }

  private static ExecutionResult over(String channel, Outcome outcome) {
    return ExecutionResult.builder("id", outcome, Path.of("/w"))
        .isolation(new IsolationReport("docker", channel, List.of()))
        .build();
  }

  private static Optional<Row> channel(DockerChannel asked, String found, Problem... why) {
    return EngineRows.channel(
        asked, over(found, new Outcome.Completed()), List.of(why).stream().findFirst());
  }

  @Test
  void tellsTheChannelAndWhyItWasTaken() {
    assertEquals(
        Optional.of(Row.pass("channel", "unix-socket, which a container was seen to reach")),
        channel(DockerChannel.AUTO, "unix-socket"));
    assertEquals(
        Optional.of(Row.pass("channel", "attached, which works everywhere. The cause.")),
        channel(DockerChannel.AUTO, "attached", problem(ErrorCode.CHANNEL_UNAVAILABLE)));
    assertEquals(
        Optional.of(Row.pass("channel", "attached, as asked for")),
        channel(DockerChannel.ATTACHED, "attached"));
  }

  @Test
  void failsAChannelThatWasAskedForInVain() {
    assertEquals(
        Optional.of(Row.fail("channel", "The cause.", "The remedy.")),
        EngineRows.channel(
            DockerChannel.UNIX_SOCKET,
            over("none", new Outcome.InfrastructureFailed(problem(ErrorCode.CHANNEL_UNAVAILABLE))),
            Optional.empty()));
  }

  @Test
  void saysNothingOfAChannelThatNeverWas() {
    assertEquals(
        Optional.empty(),
        EngineRows.channel(
            DockerChannel.AUTO,
            over("none", new Outcome.Refused(problem(ErrorCode.ISOLATION_INCOMPLETE))),
            Optional.empty()));
  }

  @Test
  void tellsOrphansAndFailsThoseThatStay() {
    Orphan orphan = new Orphan("c0ffee", "e1");
    assertEquals(Row.pass("orphans", "none"), EngineRows.orphans(List.of(), List.of()));
    assertEquals(
        Row.pass("orphans", "1 found and removed: c0ffee of execution e1"),
        EngineRows.orphans(List.of(orphan), List.of()));
    assertFails(
        EngineRows.orphans(List.of(orphan), List.of(orphan)),
        "1 left by dead owners: c0ffee of execution e1",
        "docker rm -f c0ffee");
  }
}
