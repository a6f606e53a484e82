package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CgroupMountsTest {

  @Test
  void findsEachControllerOfVersion1() {
    CgroupMounts mounts =
        CgroupMounts.of(
            List.of(
                "30 20 0:25 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
                "31 20 0:26 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 - cgroup cgroup rw,cpu,cpuacct",
                "32 20 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                "33 20 8:1 / /data rw - ext4 /dev/sda1 rw,memory"),
            List.of("4:memory:/service/a", "1:cpu,cpuacct:/", "0::/x"));
    assertEquals(
        Map.of(
            "memory", Path.of("/sys/fs/cgroup/memory/service/a"),
            "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
            "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
            "", Path.of("/sys/fs/cgroup/unified/x")),
        mounts.own());
    assertEquals(Path.of("/sys/fs/cgroup/memory"), mounts.top().get("memory"));
  }

  @Test
  void seesThroughAMountOfAPartAsInAContainer() {
    CgroupMounts mounts =
        CgroupMounts.of(
            List.of("30 20 0:25 /docker/abc /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids"),
            List.of("3:pids:/docker/abc/inner"));
    assertEquals(Path.of("/sys/fs/cgroup/pids/inner"), mounts.own().get("pids"));
  }

  @Test
  void neverLeavesTheMount() {
    CgroupMounts mounts =
        CgroupMounts.of(
            List.of("30 20 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw"),
            List.of("0::/../../elsewhere"));
    assertEquals(Path.of("/sys/fs/cgroup"), mounts.own().get(""));
  }
}
