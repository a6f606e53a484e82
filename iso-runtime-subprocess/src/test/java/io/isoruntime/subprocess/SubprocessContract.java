package io.isoruntime.subprocess;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.testkit.ContractSupport;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sandboxes of this host, created by the user who runs the tests. Root waives nothing; an ordinary
 * user waives the controls that {@code ISO_TEST_WAIVED} names (labels, separated by commas), by
 * default all that can be waived.
 */
abstract class SubprocessContract extends ContractSupport {
  private final Set<Control> waived = waivedHere();

  static Set<Control> waivedHere() {
    String labels = System.getenv("ISO_TEST_WAIVED");
    if (labels != null) {
      return Arrays.stream(labels.split(",", -1))
          .filter(label -> !label.isEmpty())
          .map(label -> Control.ofLabel(label).orElseThrow())
          .collect(Collectors.toUnmodifiableSet());
    }
    return "root".equals(System.getProperty("user.name"))
        ? Set.of()
        : Arrays.stream(Control.values())
            .filter(Control::waivable)
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Set<Control> waived() {
    return waived;
  }

  @Override
  public Runtime open(SandboxProfile profile) {
    return SubprocessRuntime.builder()
        .profile(profile)
        .allowDegraded(waived.toArray(Control[]::new))
        .build();
  }
}
