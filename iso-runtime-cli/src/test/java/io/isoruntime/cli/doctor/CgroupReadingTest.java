package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CgroupReadingTest {
  @Test
  void readsHierarchiesOfVersion1() {
    CgroupReading reading =
        CgroupReading.of(
            List.of(
                "30 29 0:26 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd",
                "31 29 0:27 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct",
                "32 29 0:28 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                "33 29 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"));
    assertEquals(Set.of("cpu", "cpuacct", "memory", "pids"), reading.v1());
    assertTrue(reading.usableV1());
    assertFalse(reading.usableV2());
    assertEquals("v1: cpu cpuacct memory pids; v2: not mounted", reading.describe());
  }

  @Test
  void findsTheUnifiedHierarchy() {
    CgroupReading reading =
        CgroupReading.of(
            List.of(
                "22 28 0:20 / /proc rw - proc proc rw",
                "25 24 0:22 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate"));
    assertEquals(Optional.of(Path.of("/sys/fs/cgroup")), reading.v2Mount());
    assertFalse(reading.usableV2());
    assertTrue(reading.withV2(Set.of("cpu", "io", "memory", "pids")).usableV2());
  }

  @Test
  void survivesLinesThatItDoesNotKnow() {
    assertEquals(
        "v1: no controllers; v2: not mounted",
        CgroupReading.of(List.of("", "nonsense", "a - b", " - cgroup2 x y")).describe());
  }
}
