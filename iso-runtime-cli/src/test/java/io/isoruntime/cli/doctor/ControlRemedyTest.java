package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ControlRemedyTest {
  private static String memory(long uid, CgroupReading cgroups) {
    return ControlRemedy.of(Control.MEMORY, Hosts.well(uid, cgroups));
  }

  @Test
  void anOrdinaryUserDelegatesACgroupOfVersion2() {
    assertTrue(
        memory(1000, Hosts.V2).contains("systemd-run --user --scope -p Delegate=yes COMMAND"));
  }

  @Test
  void anOrdinaryUserIsGivenCgroupsOfVersion1() {
    assertTrue(memory(1000, Hosts.V1).contains("that root gave to its user (chown)"));
  }

  @Test
  void rootInAContainerNeedsThemWritable() {
    assertTrue(memory(0, Hosts.V2).contains("in a container, with a writable /sys/fs/cgroup"));
    assertTrue(memory(0, Hosts.V1).contains("writable"));
  }

  @Test
  void withoutControllersAnotherRowTells() {
    assertTrue(memory(0, Hosts.NONE).startsWith("See the row cgroups"));
  }

  @Test
  void gvisorIsToldToUseCgroups() {
    assertTrue(
        ControlRemedy.inContainer(Control.PIDS, Optional.of("runsc"))
            .startsWith("Let runsc use cgroups: take --ignore-cgroups out"));
  }

  @Test
  void whatAnEngineDoesNotLimitItsOwnRowTells() {
    assertTrue(
        ControlRemedy.inContainer(Control.MEMORY, Optional.empty())
            .startsWith("See the row engine-limits"));
    assertTrue(
        ControlRemedy.inContainer(Control.SECCOMP, Optional.empty())
            .startsWith("See the row engine-seccomp"));
  }

  @ParameterizedTest
  @EnumSource(Control.class)
  void namesTheWaiverOfAContainerToo(Control control) {
    assertEquals(
        control.waivable(),
        ControlRemedy.inContainer(control, Optional.empty())
            .endsWith("; or do without: --allow-degraded " + control.label() + "."));
  }

  @ParameterizedTest
  @EnumSource(Control.class)
  void namesTheWaiverWhereThereIsOne(Control control) {
    String remedy = ControlRemedy.of(control, Hosts.well(1000, Hosts.V2));
    assertEquals(
        control.waivable(),
        remedy.endsWith("; or do without: --allow-degraded " + control.label() + "."));
  }
}
