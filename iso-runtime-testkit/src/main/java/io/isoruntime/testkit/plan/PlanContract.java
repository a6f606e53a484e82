package io.isoruntime.testkit.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Asserts that the test classes of a back-end do what the {@linkplain ContractPlan plan} says. */
public abstract class PlanContract {

  /** The hosts of this back-end. */
  protected abstract Predicate<Host> hosts();

  /** For each host the class that inherits the themes there. */
  protected abstract Map<Host, Class<?>> contracts();

  /** For each host the class that Surefire starts for the corpus there. */
  protected abstract Map<Host, Class<?>> corpora();

  /** For each host the class that Surefire starts for the contract there, if it is another. */
  protected Map<Host, Class<?>> starters() {
    return Map.of();
  }

  /** Every theme of the plan is inherited, and no other. */
  @Test
  final void theContractsHaveTheThemesOfThePlan() {
    assertEquals(planned(host -> !ContractPlan.themes(host).isEmpty()), contracts().keySet());
    contracts()
        .forEach(
            (host, tests) -> assertEquals(ContractPlan.themes(host), Theme.of(tests), host::name));
  }

  /** A class runs in the lane of the plan. */
  @Test
  final void theContractsAreInTheLanesOfThePlan() {
    contracts()
        .forEach(
            (host, tests) ->
                assertLane(ContractPlan.contractLane(host), starters().getOrDefault(host, tests)));
  }

  /** Every host whose corpus is planned has a class for it, in the lane of the plan. */
  @Test
  final void theCorporaAreInTheLanesOfThePlan() {
    assertEquals(planned(host -> ContractPlan.cases(host) != Cases.NONE), corpora().keySet());
    corpora().forEach((host, tests) -> assertLane(ContractPlan.corpusLane(host), tests));
  }

  private Set<Host> planned(Predicate<Host> condition) {
    return Arrays.stream(Host.values())
        .filter(hosts().and(condition))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static void assertLane(Lane expected, Class<?> tests) {
    Set<String> lanes = new TreeSet<>();
    for (Class<?> type = tests; type != null; type = type.getSuperclass()) {
      for (Tag tag : type.getDeclaredAnnotationsByType(Tag.class)) {
        lanes.add(tag.value());
      }
    }
    lanes.retainAll(Set.of("engines", "long")); // the other tags are not about lanes
    assertEquals(expected.tag().map(Set::of).orElse(Set.of()), lanes, tests::getName);
  }
}
