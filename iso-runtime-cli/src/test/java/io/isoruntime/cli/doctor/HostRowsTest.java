package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostRowsTest {
  private static Row row(String name, HostReadings host) {
    return HostRows.of(host).stream()
        .filter(row -> row.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  private static void assertFails(String name, HostReadings host, String detail, String remedy) {
    Row row = row(name, host);
    assertTrue(!row.passed(), row.toString());
    assertTrue(row.detail().contains(detail), row.toString());
    assertTrue(row.remedy().orElseThrow().contains(remedy), row.toString());
  }

  private static HostReadings with(HostReadings.UserNamespaces namespaces, long uid) {
    return Hosts.host(uid, "6.1", namespaces, Hosts.FILTERS, Hosts.V2, Hosts.ROOMY, Hosts.STEADY);
  }

  private static HostReadings.UserNamespaces namespaces(
      String max, String unprivilegedClone, String apparmor) {
    return new HostReadings.UserNamespaces(
        Optional.of(max), Optional.of(unprivilegedClone), Optional.of(apparmor));
  }

  @Test
  void allPassOnAGoodHost() {
    List<Row> rows = HostRows.of(Hosts.well(1000, Hosts.V2));
    assertTrue(rows.stream().allMatch(Row::passed), rows.toString());
    assertTrue(rows.stream().allMatch(row -> row.remedy().isEmpty()), rows.toString());
    assertEquals(
        List.of(
            "operating-system",
            "kernel",
            "java",
            "user-namespaces",
            "seccomp",
            "cgroups",
            "workspace-root",
            "clock"),
        rows.stream().map(Row::name).toList());
  }

  @Test
  void ofAnEnginesClientOnlyItsOwnMatters() {
    assertEquals(
        List.of("java", "workspace-root", "clock"),
        HostRows.ofService(Hosts.well(0, Hosts.NONE)).stream().map(Row::name).toList());
  }

  @ParameterizedTest
  @CsvSource({"Linux,aarch64,true", "Linux,riscv64,false", "Mac OS X,aarch64,false"})
  void knowsThePlatforms(String os, String architecture, boolean passed) {
    HostReadings good = Hosts.well(0, Hosts.V2);
    HostReadings host =
        new HostReadings(
            os,
            architecture,
            good.kernel(),
            good.java(),
            0,
            good.namespaces(),
            good.seccomp(),
            good.cgroups(),
            good.workspaces(),
            good.clock());
    assertEquals(passed, row("operating-system", host).passed());
  }

  @ParameterizedTest
  @CsvSource({
    "5.12.0,true",
    "5.4.0-150-generic,false",
    "5.15.0,true",
    "6.1.0-18-amd64,true",
    "4.18.0-553.el8,false",
    "10.0,true",
    "unknown,false"
  })
  void wantsAKernelFrom512On(String release, boolean passed) {
    assertEquals(
        passed,
        row(
                "kernel",
                Hosts.host(
                    0, release, Hosts.ALLOWED, Hosts.FILTERS, Hosts.V2, Hosts.ROOMY, Hosts.STEADY))
            .passed());
  }

  @Test
  void namesTheSettingThatDeniesUserNamespaces() {
    String row = "user-namespaces";
    assertFails(
        row,
        with(
            new HostReadings.UserNamespaces(Optional.empty(), Optional.empty(), Optional.empty()),
            0),
        "this kernel has none",
        "CONFIG_USER_NS=y");
    assertFails(
        row, with(namespaces("0", "1", "0"), 0), "at most 0", "user.max_user_namespaces=15000");
    assertFails(
        row,
        with(namespaces("9", "0", "0"), 1000),
        "unprivileged_userns_clone=0",
        "sysctl -w kernel.unprivileged_userns_clone=1");
    assertFails(
        row,
        with(namespaces("9", "1", "1"), 1000),
        "apparmor_restrict_unprivileged_userns=1",
        "AppArmor profile with `userns,`");
  }

  @Test
  void whatDeniesOrdinaryUsersDoesNotConcernRoot() {
    assertTrue(row("user-namespaces", with(namespaces("9", "0", "1"), 0)).passed());
  }

  @Test
  void wantsSeccompFilters() {
    for (HostReadings.Seccomp lacking :
        List.of(
            new HostReadings.Seccomp(Optional.empty(), Set.of("errno")),
            new HostReadings.Seccomp(Optional.of("0"), Set.of()))) {
      assertFails(
          "seccomp",
          Hosts.host(0, "6.1", Hosts.ALLOWED, lacking, Hosts.V2, Hosts.ROOMY, Hosts.STEADY),
          "no filters",
          "CONFIG_SECCOMP_FILTER=y");
    }
  }

  @Test
  void wantsTheControllersOfEitherVersion() {
    assertTrue(row("cgroups", Hosts.well(0, Hosts.V1)).passed());
    assertTrue(row("cgroups", Hosts.well(0, Hosts.V2)).passed());
    assertFails("cgroups", Hosts.well(0, Hosts.NONE), "v2: not mounted", "mount -t cgroup2");
    assertFails(
        "cgroups",
        Hosts.well(
            0, new CgroupReading(Set.of("pids"), Optional.of(Path.of("/u")), Set.of("hugetlb"))),
        "v1: pids; v2: hugetlb",
        "cgroup_enable=memory");
  }

  @Test
  void wantsRoomForWorkspaces() {
    Path root = Path.of("/srv");
    for (HostReadings.WorkspaceRoot bad :
        List.of(
            new HostReadings.WorkspaceRoot(root, true, (1L << 30) - 1),
            new HostReadings.WorkspaceRoot(root, true, -1))) {
      assertFails("workspace-root", withRoot(bad), "/srv, ", "codegen_*");
    }
    assertFails(
        "workspace-root",
        withRoot(new HostReadings.WorkspaceRoot(root, false, 9L << 30)),
        "/srv is absent, or not writable",
        "-Djava.io.tmpdir");
    assertEquals("/tmp, 5.0 GiB free", row("workspace-root", withRoot(Hosts.ROOMY)).detail());
  }

  private static HostReadings withRoot(HostReadings.WorkspaceRoot root) {
    return Hosts.host(0, "6.1", Hosts.ALLOWED, Hosts.FILTERS, Hosts.V2, root, Hosts.STEADY);
  }

  @ParameterizedTest
  @CsvSource({"PT0.019S,true", "PT6S,true", "PT0.02S,false"})
  void wantsAClockThatGoesForwardAtItsPace(Duration took, boolean steady) {
    assertFails(
        "clock",
        Hosts.host(
            0,
            "6.1",
            Hosts.ALLOWED,
            Hosts.FILTERS,
            Hosts.V2,
            Hosts.ROOMY,
            new HostReadings.Clock(Duration.ofMillis(20), took, steady, "jiffies")),
        "jiffies: a wait of 20 ms took " + took.toMillis() + " ms",
        "clock source");
  }
}
