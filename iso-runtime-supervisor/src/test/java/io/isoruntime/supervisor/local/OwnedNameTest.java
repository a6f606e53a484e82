package io.isoruntime.supervisor.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnedNameTest {

  @Test
  void knowsItselfAndAnotherStartOfTheSameNumber() throws IOException {
    String own = OwnedName.prefix();
    assertTrue(OwnedName.isOwnerAlive(own));
    assertTrue(OwnedName.isOwnerAlive(own + "abc"));
    String[] parts = own.split("-");
    assertFalse(OwnedName.isOwnerAlive("iso-" + parts[1] + "-" + parts[2] + "1-"));
    assertFalse(OwnedName.isOwnerAlive("iso-" + parts[1] + "-"), "not a name of ours");
  }

  /** Who can't see others must not take them for dead. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw | false",
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw,hidepid=invisible | true",
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw,gid=4,hidepid=2 | true",
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw,hidepid=1 | true",
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw,hidepid=off | false",
        "22 1 0:21 / /proc rw,nosuid shared:5 - proc proc rw,hidepid=0 | false",
        "22 1 0:21 / /other/proc rw,nosuid shared:5 - proc proc rw,hidepid=2 | false"
      })
  void seesWhetherProcessesOfOthersAreHidden(String mountinfo, boolean hidden) {
    assertEquals(hidden, OwnedName.areOthersHidden(List.of(mountinfo)));
  }
}
