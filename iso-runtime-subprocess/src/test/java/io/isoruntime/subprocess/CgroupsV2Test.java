package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.SandboxProfile;
import io.isoruntime.supervisor.local.OwnedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file protocol of version 2 against a directory that imitates it. */
class CgroupsV2Test {
  @TempDir Path top;

  private Path service;
  private Path scope;

  @BeforeEach
  void imitate() throws IOException {
    service = Files.createDirectories(top.resolve("user.slice/app.slice"));
    scope = Files.createDirectories(service.resolve("run-1.scope"));
    for (Path place : List.of(top, service.getParent(), service, scope)) {
      Files.writeString(place.resolve("cgroup.subtree_control"), "\n");
      Files.writeString(place.resolve("cgroup.controllers"), "cpu memory pids\n");
      Files.writeString(place.resolve("cgroup.procs"), "");
    }
  }

  private CgroupMounts mounts() {
    return new CgroupMounts(Map.of("", scope), Map.of("", top));
  }

  @Test
  void takesTheNearestAncestorThatHandsDownAllControllers() throws IOException {
    Files.writeString(service.resolve("cgroup.subtree_control"), "cpu io memory pids\n");
    Files.writeString(top.resolve("cgroup.subtree_control"), "cpu memory pids\n");
    assertEquals(Optional.of(new CgroupsV2(service, scope)), CgroupsV2.find(mounts(), false));
  }

  @Test
  void findsNoneForAnOrdinaryUserWhereNothingIsDelegated() throws IOException {
    Files.writeString(service.resolve("cgroup.subtree_control"), "memory pids\n");
    assertEquals(Optional.empty(), CgroupsV2.find(mounts(), false));
  }

  @Test
  void handsControllersDownFromTheTopAsRoot() throws IOException {
    assertEquals(Optional.of(new CgroupsV2(top, scope)), CgroupsV2.find(mounts(), true));
    assertEquals(
        "+memory +pids +cpu", Files.readString(top.resolve("cgroup.subtree_control")).strip());
  }

  @Test
  void setsLimitsAndReadsWhatIsInForce() throws IOException {
    SandboxProfile profile =
        SandboxProfile.builder().memoryBytes(64 << 20).processes(7).cpus(1.5).build();
    Cgroup group = new CgroupsV2(service, scope).create("iso-1-2-a", profile);
    Path directory = service.resolve("iso-1-2-a");
    assertEquals("1", Files.readString(directory.resolve("memory.oom.group")));
    assertEquals("150000 100000", Files.readString(directory.resolve("cpu.max")));
    assertEquals(OptionalLong.of(64 << 20), group.memoryLimit());
    assertEquals(OptionalLong.of(7), group.processLimit());
    assertEquals(OptionalLong.of(1500), group.milliCpus());
    Files.writeString(directory.resolve("memory.max"), "max\n");
    Files.writeString(directory.resolve("cpu.max"), "max 100000\n");
    assertEquals(OptionalLong.empty(), group.memoryLimit(), "the kernel's word counts");
    assertEquals(OptionalLong.empty(), group.milliCpus());
  }

  @Test
  void readsConsumption() throws IOException {
    Cgroup group = new CgroupsV2(service, scope).create("iso-1-2-b", SandboxProfile.defaults());
    Path directory = service.resolve("iso-1-2-b");
    Files.writeString(directory.resolve("cpu.stat"), "usage_usec 1500\nuser_usec 1\n");
    Files.writeString(directory.resolve("memory.peak"), "4096\n");
    Files.writeString(directory.resolve("memory.events"), "low 0\noom 3\noom_kill 2\n");
    Files.writeString(directory.resolve("pids.events"), "max 5\n");
    assertEquals(Optional.of(Duration.ofNanos(1_500_000)), group.consumption().cpu());
    assertEquals(OptionalLong.of(4096), group.consumption().peakMemoryBytes());
    assertEquals(2, group.consumption().outOfMemoryKills());
    assertEquals(5, group.consumption().deniedForks());
  }

  @Test
  void tellsWhetherItCouldBeRemoved() throws IOException {
    Cgroup group = new CgroupsV2(service, scope).create("iso-1-2-c", SandboxProfile.defaults());
    assertFalse(group.remove(), "a plain directory with files stands for a busy cgroup");
    try (var files = Files.list(service.resolve("iso-1-2-c"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    assertTrue(group.remove());
    assertTrue(group.remove(), "what is gone is gone");
  }

  @Test
  void tellsOrphansFromTheLiving() throws IOException {
    String own = OwnedName.prefix() + "abc";
    Files.createDirectory(service.resolve(own));
    Path dead = Files.createDirectory(service.resolve("iso-999999999-5-abc"));
    Path recycled =
        Files.createDirectory(service.resolve("iso-" + ProcessHandle.current().pid() + "-1-abc"));
    Files.createDirectory(service.resolve("iso-other"));
    assertEquals(
        java.util.Set.of(dead, recycled), java.util.Set.copyOf(OwnedName.orphans(service)));
  }
}
