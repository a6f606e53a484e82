package io.isoruntime.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Judges attempts by what came of the same ones without a sandbox: a pure function. */
final class Judgement {
  private Judgement() {}

  /**
   * The finding.
   *
   * @param free what came of them without protection; empty where that could not be tried
   * @param why why it could not be tried; unused otherwise
   * @param caged what came of them in the sandbox
   */
  static Finding of(Map<String, Attempt> free, String why, Map<String, Attempt> caged) {
    if (caged.isEmpty()) {
      return Finding.failed("the program told of no attempt");
    }
    List<Attempt> worked = ending(caged, Attempt.End.WORKED);
    if (!worked.isEmpty()) {
      return Finding.failed("worked: " + text(worked));
    }
    List<Attempt> broken = new ArrayList<>(ending(caged, Attempt.End.BROKEN));
    broken.addAll(ending(free, Attempt.End.BROKEN));
    if (!broken.isEmpty()) {
      return Finding.failed("the program is broken: " + text(broken));
    }
    List<String> unshown =
        free.isEmpty()
            ? List.of()
            : caged.keySet().stream().filter(name -> !free.containsKey(name)).toList();
    if (!unshown.isEmpty()) {
      return Finding.failed("broke off without a sandbox before: " + String.join(", ", unshown));
    }
    List<String> untried = free.keySet().stream().filter(name -> !caged.containsKey(name)).toList();
    if (!untried.isEmpty()) {
      return Finding.failed("not tried in the sandbox: " + String.join(", ", untried));
    }
    List<Attempt> proven = new ArrayList<>();
    List<Attempt> vacuous = new ArrayList<>();
    for (Attempt attempt : caged.values()) {
      Attempt control = free.get(attempt.name());
      if (control != null && control.end() == Attempt.End.WORKED) {
        proven.add(attempt);
      } else {
        vacuous.add(
            control == null ? new Attempt(attempt.name(), Attempt.End.ABSENT, why) : control);
      }
    }
    if (proven.isEmpty()) {
      return Finding.vacuous("works nowhere here: " + text(vacuous));
    }
    return Finding.held(
        text(proven) + (vacuous.isEmpty() ? "" : "; vacuous here: " + text(vacuous)));
  }

  private static List<Attempt> ending(Map<String, Attempt> attempts, Attempt.End end) {
    return attempts.values().stream().filter(attempt -> attempt.end() == end).toList();
  }

  private static String text(List<Attempt> attempts) {
    return attempts.stream().map(Attempt::toString).collect(Collectors.joining(", "));
  }
}
