package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The readings that decide without an engine. */
class EngineFactsTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final String OTHER = "fedcba9876543210".repeat(4);

  @TempDir Path proc;

  @ParameterizedTest
  @CsvSource({"1.41, true", "1.50, true", "2.0, true", "1.40, false", "1.9, false", "x, false"})
  void comparesApiVersionsAsNumbers(String version, boolean enough) {
    EngineFacts facts =
        new EngineFacts(
            "", version, "", "2", false, java.util.List.of(), java.util.Map.of(), "runc");
    assertEquals(enough, facts.speaks(1, 41));
  }

  @Test
  void takesAbsentAnswersForTheOlderEngine() {
    EngineFacts facts = EngineFacts.of(new Version(), new Info());
    assertEquals("1", facts.cgroupVersion());
    assertFalse(facts.remapsUsers());
  }

  @Test
  void findsItsContainerInCgroupsAndMountsButNotInLayers() throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(proc.resolve("self/cgroup"), "4:memory:/docker/" + ID + "\n0::/\n");
    Files.writeString(
        proc.resolve("self/mountinfo"),
        "1 0 0:1 / / ro - overlay overlay rw,lowerdir=/l/"
            + OTHER
            + "\n"
            + "2 1 8:1 /var/lib/docker/containers/"
            + ID
            + "/hostname /etc/hostname rw - ext4 x rw\n");
    assertEquals(Set.of(ID), OwnContainer.candidates(proc));
    // As on a host beside a container whose shared memory others may use.
    Files.writeString(
        proc.resolve("self/mountinfo"),
        "3 1 0:9 / /var/lib/docker/containers/" + ID + "/mounts/shm rw - tmpfs shm rw\n");
    Files.writeString(proc.resolve("self/cgroup"), "0::/\n");
    assertEquals(Set.of(), OwnContainer.candidates(proc));
    Files.writeString(proc.resolve("self/mountinfo"), "1 0 0:1 / / ro - ext4 /dev/sda rw\n");
    assertEquals(Set.of(), OwnContainer.candidates(proc));
  }

  @Test
  void userIdsAreDistinctUntilTheyAreFreed() {
    ExecutorUids uids = new ExecutorUids(1001, 3, 1002);
    assertEquals(OptionalLong.of(1001), uids.take(1001));
    assertEquals(OptionalLong.of(1003), uids.take(1001), "1002 is the service's own");
    assertEquals(OptionalLong.empty(), uids.take(1001));
    uids.free(1001);
    assertEquals(OptionalLong.empty(), uids.take(1002));
    assertEquals(OptionalLong.of(1001), uids.take(1001));
  }

  @Test
  void tellsATimeoutFromOtherFailures() {
    assertTrue(EngineFailures.isTimeout(new RuntimeException(new SocketTimeoutException("x"))));
    assertTrue(EngineFailures.isTimeout(new RuntimeException(new IOException("Read timed out"))));
    assertFalse(EngineFailures.isTimeout(new RuntimeException(new IOException("refused"))));
  }

  @Test
  void quotesAnEngineWithoutItsJsonAndWithoutControlCharacters() {
    RuntimeException said =
        new RuntimeException("Status 500: {\"message\":\"no \\\"space\\\"\u001b[31m left\"}\n");
    assertEquals("no \"space\" [31m left", EngineFailures.words(said));
  }
}
