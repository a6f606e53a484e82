package io.isoruntime.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.SandboxProfile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerPlanTest {

  private static ContainerPlan plan(boolean ownKernel, SandboxProfile profile) {
    return new ContainerPlan(
        "image",
        "iso-executor-1007",
        1007,
        1000,
        Optional.empty(),
        ownKernel,
        false,
        profile,
        List.of(new ContainerPlan.Bind("/srv/kb", "/mnt/kb", false)),
        Map.of());
  }

  private static long sum(ContainerPlan plan, String option) {
    long sum = 0;
    for (String path : plan.storagePaths()) {
      Matcher matcher =
          Pattern.compile("(^|,)" + option + "=([0-9]+)(,|$)").matcher(plan.tmpfs().get(path));
      assertTrue(matcher.find(), path + " has no " + option);
      sum += Long.parseLong(matcher.group(2));
    }
    return sum;
  }

  /** Each profile's storage is what its file systems have together: never more, nearly as much. */
  @ParameterizedTest
  @CsvSource({
    "false, 268435456, 16384",
    "false, 1048576, 128",
    "true, 268435456, 16384",
    "true, 1048576, 128"
  })
  void storageAddsUpToTheProfiles(boolean ownKernel, long bytes, long inodes) {
    ContainerPlan plan =
        plan(ownKernel, SandboxProfile.builder().storageBytes(bytes).storageInodes(inodes).build());
    assertEquals(bytes, sum(plan, "size"));
    assertEquals(inodes, sum(plan, "nr_inodes"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingIsWritableButWhatIsNamed(boolean ownKernel) {
    ContainerPlan plan = plan(ownKernel, SandboxProfile.defaults());
    assertTrue(plan.mountPoints().containsAll(plan.writablePaths()));
    assertTrue(plan.writablePaths().containsAll(plan.storagePaths()));
    assertTrue(plan.writablePaths().contains("/mnt/kb"), "it was asked for as writable");
    for (String path : List.of("/", "/sys", "/etc/hosts", "/etc/resolv.conf", "/usr")) {
      assertFalse(plan.writablePaths().contains(path), path);
    }
    assertEquals(ownKernel, plan.writablePaths().contains("/dev"));
    plan.storagePaths()
        .forEach(
            path ->
                assertTrue(
                    plan.tmpfs().get(path).contains("nosuid,nodev"), () -> plan.tmpfs().get(path)));
  }
}
