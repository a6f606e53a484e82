package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostIdentityTest {

  @Test
  void knowsWhetherTheIdsOfSandboxesExistHere() {
    assertTrue(HostIdentity.maps(List.of("         0          0 4294967295")));
    assertFalse(HostIdentity.maps(List.of("         0       1000          1")));
    assertFalse(HostIdentity.maps(List.of("0 1000 1", "1 100000 65536")));
    assertFalse(HostIdentity.maps(List.of()));
  }

  @Test
  void readsThisProcess() throws Exception {
    HostIdentity identity = HostIdentity.read(Path.of("/proc"));
    assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), (int) identity.uid());
    assertTrue(identity.namespaces().get("net").startsWith("net:["));
  }
}
