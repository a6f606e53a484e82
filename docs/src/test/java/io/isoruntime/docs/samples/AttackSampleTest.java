package io.isoruntime.docs.samples;

import io.isoruntime.Control;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Platform;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;

/** The page's sample, on a few cases. */
@Tag("host")
class AttackSampleTest extends ServiceAttacks {
  private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

  @Override
  public Platform platform() {
    return ROOT ? super.platform() : Platform.SUBPROCESS_USER;
  }

  @Override
  protected Set<Control> missing() {
    return ROOT
        ? super.missing()
        : Arrays.stream(Control.values())
            .filter(Control::waivable)
            .filter(control -> control != Control.SUPPLEMENTARY_GROUPS)
            .collect(Collectors.toSet());
  }

  @Override
  protected List<Case> cases() {
    return List.of(Corpus.of("K8").orElseThrow(), Corpus.of("A1").orElseThrow());
  }
}
