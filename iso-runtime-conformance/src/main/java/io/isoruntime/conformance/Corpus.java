package io.isoruntime.conformance;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All cases: resources (R), files (A), kernel and network (K), tool channel (T), host faults (H).
 */
public final class Corpus {
  private static final String THEMES = "RAKTH";
  private static final Comparator<Case> BY_THEME_AND_NUMBER =
      Comparator.comparingInt((Case one) -> THEMES.indexOf(one.id().charAt(0)))
          .thenComparingInt(one -> Integer.parseInt(one.id().substring(1)));
  private static final Map<String, Case> CASES = read();

  private Corpus() {}

  private static Map<String, Case> read() {
    Map<String, Case> cases = new LinkedHashMap<>();
    Stream.of(
            ResourceCases.all(),
            FileCases.all(),
            KernelCases.all(),
            NetworkCases.all(),
            MountCases.all(),
            InitCases.all(),
            NeighbourCases.all(),
            ChannelCases.all(),
            HostFaultCases.all())
        .flatMap(List::stream)
        .sorted(BY_THEME_AND_NUMBER)
        .forEach(
            declared -> {
              if (cases.put(declared.id(), declared) != null) {
                throw new IllegalStateException("Two cases are called " + declared.id() + ".");
              }
            });
    return cases;
  }

  /** All cases, by theme and number. */
  public static List<Case> all() {
    return List.copyOf(CASES.values());
  }

  /** The case of this id, such as {@code K8}. */
  public static Optional<Case> of(String id) {
    return Optional.ofNullable(CASES.get(id));
  }
}
