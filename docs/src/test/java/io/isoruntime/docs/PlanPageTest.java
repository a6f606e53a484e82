package io.isoruntime.docs;

import io.isoruntime.testkit.plan.ContractPlan;
import io.isoruntime.testkit.plan.Host;
import io.isoruntime.testkit.plan.Lane;
import io.isoruntime.testkit.plan.Theme;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of tests shows the plan. */
class PlanPageTest {

  @Test
  void thePageOfTestsShowsWhichThemeRunsOnWhichHost() throws IOException {
    StringBuilder text = new StringBuilder("\n| host |");
    for (Theme theme : Theme.values()) {
      text.append(' ').append(theme.label()).append(" |");
    }
    text.append(" corpus |\n|---|").append("---|".repeat(Theme.values().length + 1)).append('\n');
    text.append("| *depends on* |");
    for (Theme theme : Theme.values()) {
      text.append(" *").append(theme.dependsOn()).append("* |");
    }
    text.append(" *kernel, engine* |\n");
    for (Host host : Host.values()) {
      text.append("| ").append(host.label()).append(" |");
      for (Theme theme : Theme.values()) {
        boolean runs = ContractPlan.cell(theme, host).runs();
        text.append(runs ? ' ' + mark(ContractPlan.contractLane(host)) + " |" : " |");
      }
      long cases = ContractPlan.corpus(host).size();
      text.append(
          cases == 0
              ? " |\n"
              : " " + mark(ContractPlan.corpusLane(host)) + " " + cases + " cases |\n");
    }
    GeneratedPart.require("testing.md", "plan", text.append('\n').toString());
  }

  private static String mark(Lane lane) {
    return switch (lane) {
      case PLAIN -> "●";
      case ENGINES -> "○";
      case LONG -> "◐";
    };
  }

  @Test
  void thePageOfTestsGivesTheReasonOfEachCell() throws IOException {
    StringBuilder text =
        new StringBuilder("\n| host | themes | runs | reason |\n|---|---|---|---|\n");
    for (Host host : Host.values()) {
      Map<ContractPlan.Cell, List<Theme>> cells =
          Arrays.stream(Theme.values())
              .collect(
                  Collectors.groupingBy(
                      theme -> ContractPlan.cell(theme, host),
                      LinkedHashMap::new,
                      Collectors.toList()));
      cells.forEach(
          (cell, themes) -> text.append(row(host, names(themes), cell.runs(), cell.reason())));
      boolean attacked = !ContractPlan.corpus(host).isEmpty();
      String cases = "corpus: " + ContractPlan.cases(host).label();
      text.append(row(host, cases, attacked, ContractPlan.corpusReason(host)));
    }
    GeneratedPart.require("testing.md", "reasons", text.append('\n').toString());
  }

  private static String names(List<Theme> themes) {
    return themes.size() == Theme.values().length
        ? "all"
        : themes.stream().map(Theme::label).collect(Collectors.joining(", "));
  }

  private static String row(Host host, String themes, boolean runs, String reason) {
    return "| %s | %s | %s | %s |\n"
        .formatted(host.label(), themes, runs ? "yes" : "no", GeneratedPart.cell(reason));
  }
}
