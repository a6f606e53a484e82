package io.isoruntime.supervisor.tools;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A type of Python's annotations. */
sealed interface PythonType {
  /**
   * A class by its plain name, of those that {@link #render} is asked to qualify.
   *
   * @param isNaive whether it is a time without a zone, which Python's type doesn't tell
   */
  record Named(String name, boolean isNaive) implements PythonType {
    Named(String name) {
      this(name, false);
    }

    static final PythonType ANY = new Named("Any");
    static final PythonType NONE = new Named("None");
  }

  /** A {@code TypedDict} or an alias of the module itself. */
  record Defined(String name) implements PythonType {}

  /** A list of these. */
  record ListOf(PythonType element) implements PythonType {}

  /** A dictionary from text to these. */
  record DictOf(PythonType value) implements PythonType {}

  /** One of these texts, numbers or truth values, as literals. */
  record Literal(List<String> values) implements PythonType {}

  /** One of several types. */
  record Union(List<PythonType> choices) implements PythonType {}

  /** One of these, without repetition; a single one is itself. */
  static PythonType union(PythonType... choices) {
    Set<PythonType> flat = new LinkedHashSet<>();
    Arrays.stream(choices)
        .flatMap(
            each -> each instanceof Union union ? union.choices.stream() : List.of(each).stream())
        .forEach(flat::add);
    if (flat.contains(Named.ANY)) {
      return Named.ANY;
    }
    if (flat.remove(Named.NONE)) {
      flat.add(Named.NONE); // where people look for it
    }
    return flat.size() == 1 ? flat.iterator().next() : new Union(List.copyOf(flat));
  }

  /** Whether None is one of its values. */
  default boolean takesNone() {
    return equals(Named.ANY)
        || equals(Named.NONE)
        || (this instanceof Union union && union.choices.contains(Named.NONE));
  }

  /**
   * The annotation.
   *
   * @param qualified how a name of Python's own is spelled
   */
  default String render(UnaryOperator<String> qualified) {
    if (this instanceof Named named) {
      return named.equals(Named.NONE) ? "None" : qualified.apply(named.name);
    } else if (this instanceof Defined defined) {
      return defined.name;
    } else if (this instanceof ListOf list) {
      return qualified.apply("list") + "[" + list.element.render(qualified) + "]";
    } else if (this instanceof DictOf dict) {
      return qualified.apply("dict")
          + "["
          + qualified.apply("str")
          + ", "
          + dict.value.render(qualified)
          + "]";
    } else if (this instanceof Literal literal) {
      return qualified.apply("Literal") + "[" + String.join(", ", literal.values) + "]";
    }
    return ((Union) this)
        .choices.stream().map(each -> each.render(qualified)).collect(Collectors.joining(" | "));
  }

  /** The annotation with plain names. */
  default String plain() {
    return render(UnaryOperator.identity());
  }
}
