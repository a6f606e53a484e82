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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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

  /**
   * The cases to try, by theme: unless a subclass chooses, all that apply to the platform and,
   * where its engine is not expendable, do not harm that.
   */
  protected List<Case> cases() {
    return Corpus.all().stream()
        .filter(known -> known.notApplicable(platform()).isEmpty())
        .filter(known -> expendableEngine().isPresent() || known.leftOut(platform()).isEmpty())
        .toList();
  }

  /** Each case, and after each theme a harmless program. */
  @TestFactory
  @Order(2)
  final Stream<DynamicTest> theSandboxHolds() {
    Map<Character, List<Case>> themes =
        cases().stream()
            .collect(
                Collectors.groupingBy(
                    known -> known.id().charAt(0), LinkedHashMap::new, Collectors.toList()));
    return themes.entrySet().stream().flatMap(theme -> tests(theme.getKey(), theme.getValue()));
  }

  private Stream<DynamicTest> tests(char theme, List<Case> cases) {
    Case first = cases.get(0);
    Stream<DynamicTest> holding =
        cases.stream()
            .map(
                known ->
                    dynamicTest(
                        known.toString(),
                        () -> {
                          if (known.equals(first)) {
                            begun().beginSeries();
                          }
                          assertHolds(known);
                        }));
    DynamicTest harmless =
        dynamicTest(
            "a harmless program runs after the cases " + theme, () -> assertHarmless(cases));
    return Stream.concat(holding, Stream.of(harmless));
  }

  /** Only when it failed, the cases are tried once more to find the one after which it does. */
  private void assertHarmless(List<Case> cases) {
    Optional<String> failure = begun().endSeries();
    failure.ifPresent(
        evidence -> {
          String culprits =
              cases.stream()
                  .filter(known -> begun().examine(known).verdict() == Verdict.FAILED)
                  .map(Case::id)
                  .collect(Collectors.joining(" "));
          fail(evidence + "; tried once more, these fail: " + culprits);
        });
  }

  private void assertHolds(Case known) {
    Finding finding = begun().examineInSeries(known).finding();
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
