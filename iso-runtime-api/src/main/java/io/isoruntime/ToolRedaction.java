package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of arguments, results and errors is withheld from records, the ledger, listeners and logs.
 * Tools, programs and approvers get everything. Immutable.
 *
 * <p>In place of a withheld value stands {@code {"$redacted": true}}. With an argument, the message
 * of an error that a tool or a wrong argument led to is withheld as well, since it may quote it.
 */
public final class ToolRedaction {
  private static final ToolRedaction NONE = new ToolRedaction(Set.of(), List.of(), null);

  private final Set<String> keys;
  private final List<String> pointers;
  private final @Nullable ToolRedactor redactor;

  private ToolRedaction(Set<String> keys, List<String> pointers, @Nullable ToolRedactor redactor) {
    this.keys = Set.copyOf(keys);
    this.pointers = List.copyOf(pointers);
    this.redactor = redactor;
  }

  /** Withholds nothing. */
  public static ToolRedaction none() {
    return NONE;
  }

  /** Withholds the value of every key of these names, at any depth; case does not matter. */
  public static ToolRedaction ofKeys(String... names) {
    return NONE.andKeys(names);
  }

  /** The same, and the values of these keys as well. */
  public ToolRedaction andKeys(String... names) {
    Set<String> all = new LinkedHashSet<>(keys);
    Stream.of(names).map(name -> name.toLowerCase(Locale.ROOT)).forEach(all::add);
    return new ToolRedaction(all, pointers, redactor);
  }

  /**
   * The same, and what these JSON pointers (RFC 6901) lead to as well. They begin with {@code
   * /arguments}, {@code /result} or {@code /error}: {@code /arguments/card/number}.
   *
   * @throws IllegalArgumentException if one begins otherwise: it would withhold nothing
   */
  public ToolRedaction andPointers(String... pointers) {
    for (String pointer : pointers) {
      if (!pointer.matches("(?s)/(arguments|result|error)(/[^~]*(~[01][^~]*)*)?")) {
        throw new IllegalArgumentException(
            "A pointer begins with /arguments, /result or /error, and has ~ in ~0 and ~1 only,"
                + " unlike '"
                + pointer
                + "'.");
      }
    }
    return new ToolRedaction(
        keys, Stream.concat(this.pointers.stream(), Stream.of(pointers)).toList(), redactor);
  }

  /** The same, and then whatever this function takes out; it replaces an earlier one. */
  public ToolRedaction andBy(ToolRedactor redactor) {
    return new ToolRedaction(keys, pointers, requireNonNull(redactor, "redactor"));
  }

  /** The names of keys, in lower case. */
  public Set<String> keys() {
    return keys;
  }

  /** The pointers. */
  public List<String> pointers() {
    return pointers;
  }

  /** The function. */
  public Optional<ToolRedactor> redactor() {
    return Optional.ofNullable(redactor);
  }

  /** Whether it withholds nothing. */
  public boolean isNone() {
    return keys.isEmpty() && pointers.isEmpty() && redactor == null;
  }
}
