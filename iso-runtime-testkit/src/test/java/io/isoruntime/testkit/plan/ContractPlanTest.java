package io.isoruntime.testkit.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.isoruntime.conformance.Case;
import io.isoruntime.conformance.Corpus;
import io.isoruntime.conformance.Platform;
import io.isoruntime.testkit.plan.Host.Channel;
import io.isoruntime.testkit.plan.Host.Kernel;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContractPlanTest {

  @Test
  void eachCellHasAReason() {
    for (Host host : Host.values()) {
      for (Theme theme : Theme.values()) {
        assertFalse(ContractPlan.cell(theme, host).reason().isBlank(), theme + " on " + host);
      }
      assertFalse(ContractPlan.corpusReason(host).isBlank(), host::name);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyThemeRunsAsRootAndAsAnOrdinaryUser(Theme theme) {
    assertRuns(theme, host -> host == Host.SUBPROCESS_ROOT);
    assertRuns(theme, host -> host.platform() == Platform.SUBPROCESS_USER);
  }

  @ParameterizedTest
  @EnumSource
  void everyThemeRunsOnEachKernelAndOverEachChannel(Theme theme) {
    for (Kernel kernel : Kernel.values()) {
      assertRuns(theme, host -> host.kernel() == kernel);
    }
    for (Channel channel : Channel.values()) {
      assertRuns(theme, host -> host.channel() == channel);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyThemeRunsInThePlainLaneOnEachOfItsBackends(Theme theme) {
    Predicate<Host> plain = host -> ContractPlan.contractLane(host) == Lane.PLAIN;
    assertRuns(theme, plain.and(host -> host.platform().hasEngine()));
    assertRuns(theme, plain.and(host -> !host.platform().hasEngine()));
  }

  private static void assertRuns(Theme theme, Predicate<Host> where) {
    assertTrue(
        Arrays.stream(Host.values())
            .anyMatch(where.and(host -> ContractPlan.cell(theme, host).runs())),
        theme::name);
  }

  @ParameterizedTest
  @EnumSource
  void everyCaseRunsOnEachPlatformToWhichItApplies(Platform platform) {
    Set<String> planned =
        Arrays.stream(Host.values())
            .filter(host -> host.platform() == platform)
            .flatMap(host -> ContractPlan.corpus(host).stream())
            .map(Case::id)
            .collect(Collectors.toCollection(TreeSet::new));

    Set<String> applicable =
        Corpus.all().stream()
            .filter(known -> known.notApplicable(platform).isEmpty())
            .map(Case::id)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(applicable, planned);
  }

  @Test
  void whatHarmsAnEngineRunsOnlyOnOneThatIsExpendable() {
    Predicate<Host> careful = host -> ContractPlan.cases(host) != Cases.EXPENDABLE;
    Arrays.stream(Host.values())
        .filter(careful)
        .forEach(
            host ->
                assertTrue(
                    ContractPlan.corpus(host).stream()
                        .allMatch(known -> known.leftOut(host.platform()).isEmpty()),
                    host::name));
  }
}
