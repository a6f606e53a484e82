package io.isoruntime.supervisor.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostIdentityTest {

  @Test
  void knowsWhetherTheIdsOfSandboxesExistHere() {
    assertTrue(maps(0x7F000000L, 0x7F800001L, "         0          0 4294967295"));
    assertFalse(maps(0x7F000000L, 0x7F800001L, "         0       1000          1"));
    assertFalse(maps(0x7F000000L, 0x7F800001L, "0 1000 1", "1 100000 65536"));
    assertTrue(maps(1001, 1256, "0 1000 1", "1 100000 65536"));
    assertFalse(maps(1001, 1256, "0 1000 1", "1 100000 1255"));
    assertFalse(maps(1, 1));
  }

  private static boolean maps(long first, long last, String... uidMap) {
    return new HostIdentity(0, 0, List.of(uidMap), Map.of()).maps(first, last);
  }

  @Test
  void readsThisProcess() throws Exception {
    HostIdentity identity = HostIdentity.read(Path.of("/proc"));
    assertEquals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"), (int) identity.uid());
    assertTrue(identity.namespaces().get("net").startsWith("net:["));
  }
}
