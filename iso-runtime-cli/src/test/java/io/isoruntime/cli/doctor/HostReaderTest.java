package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {
  @TempDir Path directory;

  private void write(String file, String content) throws IOException {
    Path path = directory.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private HostReadings read() {
    return new HostReader(directory.resolve("proc"), directory.resolve("sys"), directory).read();
  }

  @Test
  void readsAHost() throws IOException {
    write("proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
    write("proc/sys/user/max_user_namespaces", "15432\n");
    write("proc/sys/kernel/unprivileged_userns_clone", "1\n");
    write("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "0\n");
    write("proc/sys/kernel/seccomp/actions_avail", "kill_process errno allow\n");
    write("proc/self/status", "Name:\tjava\nUid:\t1000\t1001\t1000\t1000\nSeccomp:\t2\n");
    write(
        "proc/self/mountinfo",
        "25 24 0:22 / " + directory.resolve("cg") + " rw - cgroup2 cgroup2 rw\n");
    write("cg/cgroup.controllers", "cpu memory pids\n");
    write("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");

    HostReadings host = read();
    assertEquals("6.1.0-18-amd64", host.kernel());
    assertEquals(1001, host.uid());
    assertEquals(
        new HostReadings.UserNamespaces(Optional.of("15432"), Optional.of("1"), Optional.of("0")),
        host.namespaces());
    assertEquals(
        new HostReadings.Seccomp(Optional.of("2"), Set.of("kill_process", "errno", "allow")),
        host.seccomp());
    assertEquals(Set.of("cpu", "memory", "pids"), host.cgroups().v2());
    assertEquals(directory, host.workspaces().directory());
    assertTrue(host.workspaces().writable());
    assertTrue(host.workspaces().freeBytes() > 0);
    assertEquals("tsc", host.clock().source());
    assertTrue(host.clock().steady());
    assertTrue(host.clock().monotonic().compareTo(Duration.ofMillis(20)) >= 0);
  }

  @Test
  void readsWhatALesserKernelLacksAsAbsent() {
    HostReadings host = read();
    assertEquals("unknown", host.kernel());
    assertEquals(-1, host.uid());
    assertEquals(Optional.empty(), host.namespaces().max());
    assertEquals(new HostReadings.Seccomp(Optional.empty(), Set.of()), host.seccomp());
    assertEquals("v1: no controllers; v2: not mounted", host.cgroups().describe());
    assertEquals("unknown", host.clock().source());
  }

  @Test
  void readsAWholeNumberFromARealSysctl() throws IOException {
    // The kernel gives such a file to the first read only.
    String real = Files.readAllLines(Path.of("/proc/sys/user/max_user_namespaces")).get(0);
    assertEquals(Optional.of(real), HostReader.ofThisHost().read().namespaces().max());
  }
}
