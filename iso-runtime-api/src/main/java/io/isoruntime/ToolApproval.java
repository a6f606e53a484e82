package io.isoruntime;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which calls somebody has to approve, who is asked, and how long they may take. Nothing but an
 * approval lets such a call through: an exception, {@code null} or silence denies it. Immutable.
 */
public final class ToolApproval {
  private static final Duration WEEK = Duration.ofDays(7);

  private final AsyncToolApprover approver;
  private final @Nullable List<ToolPattern> patterns;
  private final Duration within;
  private final Duration uncounted;

  private ToolApproval(
      AsyncToolApprover approver,
      @Nullable List<ToolPattern> patterns,
      Duration within,
      Duration uncounted) {
    this.approver = approver;
    this.patterns = patterns;
    this.within = within;
    this.uncounted = uncounted;
  }

  /**
   * Asks this one, on a thread of the tools, before each call of a tool without {@link
   * ToolHint#READ_ONLY}; an answer has 5 minutes, and the execution's time goes on meanwhile.
   */
  public static ToolApproval by(ToolApprover approver) {
    requireNonNull(approver, "approver");
    return byAsync(call -> CompletableFuture.completedFuture(approver.decide(call)));
  }

  /** Asks one who answers later; otherwise as {@link #by}. */
  public static ToolApproval byAsync(AsyncToolApprover approver) {
    return new ToolApproval(
        requireNonNull(approver, "approver"), null, Duration.ofMinutes(5), Duration.ZERO);
  }

  /**
   * The same for the tools that one of these patterns matches, and no others.
   *
   * @throws IllegalArgumentException without any pattern: then nobody would be asked
   */
  public ToolApproval of(String... patterns) {
    if (patterns.length == 0) {
      throw new IllegalArgumentException("Name what needs an approval; none would ask nobody.");
    }
    return new ToolApproval(
        approver, Stream.of(patterns).map(ToolPattern::new).toList(), within, uncounted);
  }

  /** The same with this time for each answer: 1 ms to 7 days. */
  public ToolApproval within(Duration deadline) {
    Checks.range("within", deadline, Duration.ofMillis(1), WEEK);
    return new ToolApproval(approver, patterns, deadline, uncounted);
  }

  /**
   * The same, with a wall-clock limit that stands still while at least one call waits for its
   * answer, for at most this long in the whole execution: 0 to 7 days. So a program ends after its
   * limit and this at the latest, however many calls it makes. The limit of CPU time is not
   * touched.
   */
  public ToolApproval uncounted(Duration atMost) {
    Checks.range("uncounted", atMost, Duration.ZERO, WEEK);
    return new ToolApproval(approver, patterns, within, atMost);
  }

  /** Whether a call of this tool needs an approval. */
  public boolean isNeededFor(Tool<?, ?> tool) {
    return patterns == null
        ? !tool.hints().contains(ToolHint.READ_ONLY)
        : patterns.stream().anyMatch(pattern -> pattern.matches(tool.name()));
  }

  /** Who is asked. */
  public AsyncToolApprover approver() {
    return approver;
  }

  /** The tools that need it, where that does not depend on their hints. */
  public Optional<List<ToolPattern>> patterns() {
    return Optional.ofNullable(patterns);
  }

  /** How long an answer may take. */
  public Duration within() {
    return within;
  }

  /** How long the execution's time may stand still in all. */
  public Duration uncounted() {
    return uncounted;
  }
}
