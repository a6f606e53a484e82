package io.isoruntime.subprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.isoruntime.Control;
import io.isoruntime.Runtime;
import io.isoruntime.SandboxProfile;
import io.isoruntime.conformance.Conformance;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Finding;
import io.isoruntime.conformance.Platform;
import io.isoruntime.conformance.Subject;
import io.isoruntime.conformance.Verdict;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an embedder's tests see whose subject offers no more than it must. */
@Tag("host")
@Tag("once")
class CasesLeftOutTest {

  private static final class Plain implements Subject {
    @Override
    public Runtime open(SandboxProfile profile, Set<Control> waived) {
      return SubprocessRuntime.builder()
          .interpreter("/usr/bin/python3")
          .profile(profile)
          .allowDegraded(waived.toArray(Control[]::new))
          .build();
    }

    @Override
    public Platform platform() {
      return Platform.SUBPROCESS_ROOT;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"H1", "H6", "H11", "H13"})
  void aCaseThatNeedsASecondJvmIsLeftOutAndLeavesNothing(String id) {
    try (Conformance conformance = Conformance.of(new Plain())) {
      Finding finding = conformance.examine(Corpus.of(id).orElseThrow()).finding();

      assertEquals(Verdict.LEFT_OUT, finding.verdict(), finding.evidence());
      assertEquals("no second JVM is offered", finding.evidence());
    }
  }
}
