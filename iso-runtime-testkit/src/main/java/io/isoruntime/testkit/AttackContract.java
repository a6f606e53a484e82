package io.isoruntime.testkit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.isoruntime.Control;
import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Conformance;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Finding;
import io.isoruntime.conformance.Subject;
import io.isoruntime.conformance.Verdict;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The whole {@linkplain Corpus corpus} of attacks and faults as tests, one for each case that
 * applies. A subclass says how to {@linkplain #open open} a runtime and what its {@linkplain
 * #platform platform} is.
 *
 * <p>What a host can't enforce, and which attacks work nowhere on it, is asserted as well, so that
 * no case ceases to prove something unnoticed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public abstract class AttackContract implements Subject {
  private final Set<String> vacuous = new TreeSet<>();
  private @Nullable Conformance conformance;

  /** The controls that this host can't enforce; cases that depend on one must be refused. */
  protected Set<Control> missing() {
    return Set.of();
  }

  /** The ids of the cases that prove nothing on this host, since the attack works nowhere there. */
  protected Set<String> vacuous() {
    return Set.of();
  }

  /** Whether a case is tried here; a subclass may leave some to others. */
  protected boolean isTried(Case known) {
    return true;
  }

  @BeforeAll
  final void begin() {
    conformance = Conformance.of(this);
  }

  @AfterAll
  final void end() {
    if (conformance != null) {
      conformance.close();
    }
  }

  /** Every control is in force but those that are known to be missing. */
  @Test
  @Order(1)
  final void whatIsMissingIsKnown() {
    assertEquals(missing(), begun().missing());
  }

  /** The cases to try: all, unless a subclass wants fewer. */
  protected List<Case> cases() {
    return Corpus.all();
  }

  /** Each case that is tried on this platform. */
  @TestFactory
  @Order(2)
  final Stream<DynamicTest> theSandboxHolds() {
    return cases().stream()
        .filter(known -> known.notApplicable(platform()).isEmpty())
        .filter(known -> expendableEngine().isPresent() || known.leftOut(platform()).isEmpty())
        .filter(this::isTried)
        .map(known -> dynamicTest(known.toString(), () -> assertHolds(known)));
  }

  private void assertHolds(Case known) {
    Finding finding = begun().examine(known).finding();
    if (finding.verdict() == Verdict.VACUOUS) {
      vacuous.add(known.id());
    }
    assumeTrue(finding.verdict() != Verdict.LEFT_OUT, finding.evidence());
    if (finding.verdict() == Verdict.FAILED) {
      fail("It should be so: " + known.required() + ". But: " + finding.evidence());
    }
  }

  private Conformance begun() {
    return requireNonNull(conformance);
  }

  /** No case proves nothing but those that are known to. */
  @Test
  @Order(3)
  final void whatProvesNothingIsKnown() {
    assertEquals(new TreeSet<>(vacuous()), vacuous);
  }
}
