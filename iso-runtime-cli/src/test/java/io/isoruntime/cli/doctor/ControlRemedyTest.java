package io.isoruntime.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.Control;
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

  @ParameterizedTest
  @EnumSource(Control.class)
  void namesTheWaiverWhereThereIsOne(Control control) {
    String remedy = ControlRemedy.of(control, Hosts.well(1000, Hosts.V2));
    assertEquals(
        control.waivable(),
        remedy.endsWith("; or do without: --allow-degraded " + control.label() + "."));
  }
}
